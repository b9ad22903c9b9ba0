/** What the report does where scripts run: slider, cursor with read-out, copying, local times, reloading. */
export const script = `
"use strict";
const find = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const figures = JSON.parse(find("#figures").textContent);
const count = (value) => Math.round(value).toLocaleString("en-US");
// Some browsers keep no storage for files.
const memory = {
  get(key) { try { return sessionStorage.getItem(location.pathname + key); } catch { return null; } },
  set(key, value) { try { sessionStorage.setItem(location.pathname + key, value); } catch {} },
};

// Samples
const slider = find("#step");
if (slider) {
  const images = all(".pictures img");
  const play = find("#play");
  const show = () => {
    images.forEach((image, index) => { image.hidden = index !== Number(slider.value); });
    const step = count(images[slider.value].dataset.step);
    slider.setAttribute("aria-valuetext", "Step " + step);
    slider.style.setProperty("--done", (images.length > 1 ? slider.value / (images.length - 1) * 100 : 100) + "%");
    find("#step-shown").lastChild.textContent = " " + step;
    const atEnd = Number(slider.value) === images.length - 1;
    memory.set("step", atEnd ? "" : images[slider.value].dataset.step);
  };
  let timer;
  const stop = () => { clearInterval(timer); timer = undefined; play.classList.remove("playing"); play.setAttribute("aria-label", "Play through the steps"); };
  play.addEventListener("click", () => {
    if (timer) return stop();
    if (Number(slider.value) === images.length - 1) { slider.value = 0; show(); }
    play.classList.add("playing");
    play.setAttribute("aria-label", "Pause");
    timer = setInterval(() => {
      slider.value = Number(slider.value) + 1;
      show();
      if (Number(slider.value) === images.length - 1) stop();
    }, 700);
  });
  slider.addEventListener("input", () => { stop(); show(); });
  const kept = images.findIndex((image) => image.dataset.step === memory.get("step"));
  if (kept >= 0) slider.value = kept;
  show();
  const full = find("#full");
  find("#enlarge").addEventListener("click", () => {
    all("img", full).forEach((image) => image.remove());
    full.append(images[slider.value].cloneNode());
    full.showModal();
  });
  full.addEventListener("click", (event) => { if (event.target === full || event.target.tagName === "IMG") full.close(); });
}

// Curves
const smooth = find("#smooth");
const places = all(".chart").map((figure) => {
  const chart = figures.charts[figure.dataset.chart];
  const field = find(".field", figure);
  const cursor = Object.assign(document.createElement("div"), { className: "cursor", hidden: true });
  field.append(cursor);
  const outputs = all(".legend output", figure);
  const dots = outputs.map((output) => {
    const dot = Object.assign(document.createElement("div"), { className: "dot " + output.parentElement.className, hidden: true });
    field.append(dot);
    return dot;
  });
  return { figure, chart, field, cursor, dots, outputs };
});
const written = (value) => {
  if (value === null) return "–";
  const size = Math.abs(value);
  const text = size !== 0 && size < 1e-3 ? value.toExponential(2).replace(/\\.?0+e/, "e")
    : size >= 1e6 ? value.toExponential(2) : size >= 1000 ? count(value)
    : value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
  return text.replaceAll("-", "−");
};
const steps = figures.steps;
const lastStep = Math.max(1, steps[steps.length - 1] ?? 1);
let current;
const point = (index) => {
  current = index;
  const at = index ?? steps.length - 1;
  const where = find("#at");
  if (where) where.textContent = index === undefined ? "" : "Step " + count(steps[at]);
  for (const { chart, cursor, dots, outputs } of places) {
    const curves = smooth.checked && chart.smooth ? chart.smooth : chart.raw;
    const left = steps[at] / lastStep * 100 + "%";
    cursor.hidden = index === undefined;
    cursor.style.left = left;
    curves.forEach((values, curve) => {
      const value = index === undefined ? values.findLast((one) => one !== null) ?? null : values[at];
      outputs[curve].textContent = written(value);
      const height = (value - chart.low) / (chart.high - chart.low);
      dots[curve].hidden = index === undefined || value === null || height > 1 || height < 0;
      dots[curve].style.left = left;
      dots[curve].style.top = (1 - height) * 100 + "%";
    });
  }
};
const nearest = (step) => {
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] < step) low = middle + 1; else high = middle;
  }
  return low > 0 && step - steps[low - 1] < steps[low] - step ? low - 1 : low;
};
for (const { figure, field } of places) {
  const move = (event) => {
    const box = field.getBoundingClientRect();
    point(nearest((event.clientX - box.left) / box.width * lastStep));
  };
  field.addEventListener("pointerdown", move);
  field.addEventListener("pointermove", move);
  field.addEventListener("pointerleave", () => point());
  figure.addEventListener("blur", () => point());
  figure.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    point(Math.min(steps.length - 1, Math.max(0, (current ?? steps.length - 1) + by)));
  });
}
if (smooth) {
  smooth.checked = memory.get("smooth") !== "off";
  smooth.addEventListener("change", () => { memory.set("smooth", smooth.checked ? "on" : "off"); point(current); });
  point();
}

// Commands
for (const button of all(".copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const code = find("code", button.parentElement);
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    } catch { getSelection().selectAllChildren(code); }
  });
}

// Time: in the reader's zone; a run that should have written by now may have been cut off.
const time = find("#written");
const writtenAt = new Date(time.dateTime);
time.textContent = writtenAt.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
if (document.documentElement.dataset.state === "training") {
  const dueAt = new Date(time.dataset.next);
  const spanMs = Math.max(30000, dueAt - writtenAt);
  const check = () => {
    if (Date.now() < Number(dueAt) + Math.max(300000, 2 * spanMs)) return;
    find("#silent").hidden = false;
    const state = find("#state");
    state.className = "state";
    state.firstChild.textContent = "No news";
  };
  check();
  if (find("#silent").hidden) {
    find("#reload").textContent = " · reloads by itself";
    find("#reload").hidden = false;
  }
  setInterval(() => {
    check();
    const busy = document.hidden || find("dialog[open]") || find(".playing") || current !== undefined;
    if (!busy && find("#silent").hidden) location.reload();
  }, Math.min(300000, spanMs));
}
document.documentElement.dataset.ready = "";
`;
