import { expect, test } from "vitest";
import type { Environment } from "../environment.ts";
import { FigureHistory } from "../history.ts";
import type { ReportFacts } from "./facts.ts";
import { reportPage } from "./page.ts";
import { LATEST, SPACED } from "./sample-strip.ts";

const environment: Environment = {
  backend: "wasm",
  threads: 2,
  cpu: "Some CPU",
  cores: 2,
  memoryBytes: 2 ** 33,
  operatingSystem: "Some System",
  node: "v22.0.0",
  versions: { Unpaired: "0.1.0" },
};

function facts(changes: Partial<ReportFacts> = {}): ReportFacts {
  const history = new FigureHistory();
  for (let step = 10; step <= 100; step += 10) {
    history.add({
      step,
      learningRate: 2e-4,
      stepsPerSecond: 5,
      residentBytes: 5e8,
      losses: { cycleA: 3, cycleB: 4, discriminatorA: 0.25, surprise: 9 },
    });
  }
  return {
    name: "horses",
    place: "runs/horses",
    state: "training",
    message: undefined,
    step: 100,
    totalSteps: 400,
    writtenMs: Date.UTC(2026, 0, 2, 3, 4),
    nextWriteMs: Date.UTC(2026, 0, 2, 3, 5),
    history,
    samples: [
      { step: 50, webp: new Uint8Array([1]), width: 400, height: 900 },
      { step: 100, webp: new Uint8Array([2]), width: 400, height: 900 },
    ],
    settings: {
      domains: { A: "horse", B: "zebra" },
      seed: 1,
      data: { directoryA: "/photos/horses", cropSizePixels: 64, flip: true },
      reporting: { sampleEverySteps: 50 },
    },
    environment,
    ...changes,
  };
}

const textOf = (html: string) =>
  html.replaceAll(/<(style|script)[\s\S]*?<\/\1>/g, "").replaceAll(/<[^>]*>/g, " ");

test("the head says how the run stands: step, pace, time left and spent, memory", () => {
  const text = textOf(reportPage(facts())).replaceAll(/\s+/g, " ");
  expect(text).toMatch(
    /horses horse zebra Training Step 100 of 400 Pace 5\.00 steps\/s Time left 1 min 00 s/,
  );
  expect(text).toContain("Time spent 20 s Memory 477 MiB Written 2026-01-02 03:04 UTC");
});

test.each([
  ["finished", "Finished", false],
  ["stopped", "Stopped", true],
  ["diverged", "Diverged", true],
  ["failed", "Failed", true],
] as const)("a run that is %s says so, its message, and whether it can go on", (state, name, goesOn) => {
  const page = reportPage(facts({ state, message: "The loss cycleA is NaN; try a smaller rate." }));
  const text = textOf(page).replaceAll(/\s+/g, " ");
  expect(text).toContain(`${name} Step`);
  expect(text).not.toContain("Time left");
  expect(text).toContain("The loss cycleA is NaN; try a smaller rate.");
  expect(page.includes("pnpm trainer resume runs/<wbr>horses")).toBe(goesOn);
  expect(page).toContain("pnpm trainer publish runs/<wbr>horses");
});

test("losses are charts by what they measure, each domain under its name", () => {
  const page = reportPage(facts());
  const titles = [...page.matchAll(/<figcaption><h3>([^<]*)/g)].map(([, title]) => title);
  expect(titles).toEqual(["Cycle", "Discriminator", "Surprise", "Learning rate", "Speed", "Memory"]);
  expect(page).toMatch(/class="warm"><span class="label">horse<\/span> <output>3\.00/);
  expect(page).toMatch(/class="cool"><span class="label">zebra<\/span> <output>4\.00/);
});

test("settings and environment are all there, with their units", () => {
  const text = textOf(reportPage(facts())).replaceAll(/\s+/g, " ");
  expect(text).toContain("Seed 1");
  expect(text).toContain("Crop size 64 px Flip yes");
  expect(text).toContain("Sample every 50 steps");
  expect(text).toContain("Backend wasm Threads 2");
  expect(text).toContain("Some CPU Cores 2 Memory 8.0 GiB");
});

test("without scripts the latest grid shows, and the earlier ones wait", () => {
  const images = [...reportPage(facts()).matchAll(/<img [^>]*>/g)].map(([image]) => image);
  expect(images.map((image) => image.includes(" hidden"))).toEqual([true, false]);
  expect(images[1]).toContain('src="data:image/webp;base64,Ag=="');
});

test("a run that has only begun says what is still to come", () => {
  const text = textOf(reportPage(facts({ history: new FigureHistory(), samples: [], step: 0 })));
  expect(text).toContain("The first grid is drawn at step 50.");
  expect(text).toContain("Curves begin with the first figures.");
});

test("hostile names, paths, messages and figures stay text", () => {
  const hostile = `"'><img src=x onerror=alert(1)></script></style><script>alert(2)</script><!--`;
  const history = new FigureHistory();
  history.add({
    step: 10,
    learningRate: Number.NaN,
    stepsPerSecond: Number.POSITIVE_INFINITY,
    residentBytes: -1,
    losses: { [`${hostile}A`]: 1, [hostile]: Number.NaN, __proto__A: 1e308 },
  });
  const page = reportPage(
    facts({
      name: hostile,
      place: hostile,
      message: hostile,
      history,
      settings: { domains: { A: hostile, B: hostile }, [hostile]: hostile, deep: { [hostile]: [hostile] } },
      environment: { ...environment, cpu: hostile, device: hostile, versions: { [hostile]: hostile } },
    }),
  );
  expect(page).not.toContain("<img src=x");
  expect(page).not.toContain("alert(2)</script>");
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  expect(page.match(/<style/g)).toHaveLength(1);
  const data = /<script type="application\/json" id="figures">(.*?)<\/script>/s.exec(page)?.[1];
  expect(JSON.parse(data ?? "").steps).toEqual([10]);
});

test("the page asks for nothing from anywhere", () => {
  const page = reportPage(facts());
  expect(page).toContain("default-src 'none'; img-src data:;");
  expect(page.match(/(src|href)="(?!data:)/g)).toBeNull();
  expect(page).not.toMatch(/@import|url\(/);
});

test("the longest history and the largest grids make a page under 3 MB", () => {
  const history = new FigureHistory();
  const noise = (step: number) => Math.abs(Math.sin(step * 12.9898)) * 10;
  const names = ["adversarial", "cycle", "identity", "discriminator", "gradientPenalty"];
  const terms = names.flatMap((name) => [`${name}A`, `${name}B`]);
  for (let step = 50; step <= 5_000_000; step += 50) {
    const losses = Object.fromEntries(terms.map((name, index) => [name, noise(step + index)]));
    history.add({ step, learningRate: 2e-4, stepsPerSecond: noise(step), residentBytes: 5e8, losses });
  }
  const samples = Array.from({ length: 17 }, (_, index) => ({
    step: index,
    webp: new Uint8Array(index < 16 ? SPACED.bytes : LATEST.bytes),
    width: 640,
    height: 1400,
  }));
  const page = reportPage(facts({ history, samples }));
  expect(page.length).toBeGreaterThan(2e6);
  expect(page.length).toBeLessThan(3e6);
});
