import { escapeHtml } from "./escape.ts";
import { formatFigure } from "./format.ts";
import { axisTicks, shortCount, smoothed, valueBounds } from "./scale.ts";

/** One curve of a chart. */
export interface Curve {
  readonly label: string;
  /** Warm for domain A, cool for B. */
  readonly tone: "warm" | "cool" | "plain";
  /** One value per step of the chart; NaN leaves a gap. */
  readonly values: readonly number[];
}

/** A chart over training steps. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly hint?: string | undefined;
  readonly steps: readonly number[];
  readonly curves: readonly Curve[];
  /** Draws a running mean over the raw curve. */
  readonly smooth: boolean;
}

/** A drawn chart and what its read-out needs. */
export interface DrawnChart {
  readonly html: string;
  readonly readOut: {
    readonly low: number;
    readonly high: number;
    readonly raw: readonly (readonly (number | null)[])[];
    readonly smooth: readonly (readonly (number | null)[])[] | undefined;
  };
}

// The plot is stretched to its place; strokes keep their width and labels are HTML, so nothing else stretches.
const WIDTH = 1000;
const HEIGHT = 300;

/** Draws a chart as a figure that reads without scripts; scripts add the cursor. */
export function drawChart({ id, title, hint, steps, curves, smooth }: Chart): DrawnChart {
  const means = smooth ? curves.map(({ values }) => smoothed(values, values.length / 25)) : undefined;
  const raw = curves.map(({ values }) => values);
  const { low, high } = valueBounds(raw, means ?? raw);
  const lastStep = Math.max(1, steps.at(-1) ?? 1);
  const x = (step: number) => (step / lastStep) * WIDTH;
  // Peaks leave the plot; far ones must not become numbers a path cannot hold.
  const y = (value: number) =>
    Math.min(2 * HEIGHT, Math.max(-HEIGHT, HEIGHT - ((value - low) / (high - low)) * HEIGHT));

  const path = (values: readonly number[], kind: string, tone: Curve["tone"]) => {
    let drawn = "";
    let pen = false;
    for (const [index, value] of values.entries()) {
      if (!Number.isFinite(value)) {
        pen = false;
        continue;
      }
      // A stretch of no length shows a point that stands alone.
      drawn += `${pen ? "L" : "M"}${short(x(steps[index]!))} ${short(y(value))}${pen ? "" : "h0"}`;
      pen = true;
    }
    const lone = values.filter(Number.isFinite).length === 1 ? " lone" : "";
    return `<path class="${kind} ${tone}${lone}" d="${drawn}"/>`;
  };
  const yTicks = axisTicks(low, high, 4);
  const xTicks = axisTicks(0, lastStep, 4);
  const lines = yTicks.map((tick) => `<path class="rule" d="M0 ${short(y(tick))}H${WIDTH}"/>`).join("");
  const drawn = [
    ...curves.map(({ values, tone }) => path(values, means ? "raw" : "mean", tone)),
    ...(means ?? raw).map((values, index) => path(values, "mean", curves[index]!.tone)),
  ].join("");
  const yLabels = yTicks
    .map((tick) => `<span style="top:${short((y(tick) / HEIGHT) * 100)}%">${tickLabel(tick)}</span>`)
    .join("");
  const xLabels = xTicks
    .map((tick) => `<span style="left:${short((tick / lastStep) * 100)}%">${shortCount(tick)}</span>`)
    .join("");
  const shown = (index: number) => (means ?? raw)[index]!.findLast(Number.isFinite);
  const legend = curves
    .map(({ label, tone }, index) => {
      const last = shown(index);
      return `<li class="${tone}"><span class="label">${escapeHtml(label)}</span> <output>${last === undefined ? "–" : formatFigure(last)}</output></li>`;
    })
    .join("");
  const peak = Math.max(high, ...raw.flat().filter(Number.isFinite));
  const cut = peak > high ? `<p class="cut">peaks reach ${formatFigure(peak)}</p>` : "";
  const spoken = curves.map(({ label }, index) => {
    const first = raw[index]!.find(Number.isFinite);
    const last = shown(index);
    return first === undefined || last === undefined
      ? `${label}: nothing yet`
      : `${label}: ${formatFigure(first)} at first, now ${formatFigure(last)}`;
  });

  const html = `<figure class="chart" data-chart="${escapeHtml(id)}" tabindex="0" role="group" aria-label="${escapeHtml(`${title} over ${lastStep} steps. ${spoken.join("; ")}. Arrow keys read values.`)}">
<figcaption><h3>${escapeHtml(title)}</h3><ul class="legend">${legend}</ul>${hint ? `<p class="hint">${escapeHtml(hint)}</p>` : ""}</figcaption>
<div class="plot" aria-hidden="true"><div class="y">${yLabels}</div><div class="field"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">${lines}${drawn}</svg>${cut}</div><div class="x">${xLabels}</div></div>
</figure>`;
  return { html, readOut: { low, high, raw: raw.map(rounded), smooth: means?.map(rounded) } };
}

function tickLabel(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential().replace("-", "−");
  return (Math.abs(value) >= 1000 ? shortCount(value) : String(value)).replace("-", "−");
}

function short(value: number): string {
  return String(Number(value.toFixed(1)));
}

function rounded(values: readonly number[]): (number | null)[] {
  return values.map((value) => (Number.isFinite(value) ? Number(value.toPrecision(4)) : null));
}
