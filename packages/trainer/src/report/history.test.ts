import { expect, test } from "vitest";
import type { Figures } from "./figures.ts";
import { FigureHistory } from "./history.ts";

const figures = (step: number, cycleA = 1): Figures => ({
  step,
  learningRate: 2e-4,
  stepsPerSecond: 5,
  residentBytes: 1e9,
  losses: { cycleA },
});

test("figures that go back in steps take the place of what they repeat", () => {
  const history = new FigureHistory();
  for (const step of [10, 20, 30, 40]) history.add(figures(step, 1));
  for (const step of [30, 40, 50]) history.add(figures(step, 2));
  expect(history.figures.map(({ step, losses }) => [step, losses.cycleA])).toEqual([
    [10, 1],
    [20, 1],
    [30, 2],
    [40, 2],
    [50, 2],
  ]);
  expect(history.trainingSeconds).toBeCloseTo(10);
  expect(history.latest?.step).toBe(50);
});

test("however long a run is, its history keeps its bounds, its mean and its end", () => {
  const history = new FigureHistory(64);
  const lines = 10_000;
  for (let line = 1; line <= lines; line++) history.add(figures(line * 10, line));
  expect(history.figures.length).toBeLessThanOrEqual(64);
  expect(history.figures.length).toBeGreaterThan(16);
  expect(history.figures.at(-1)?.step).toBe(lines * 10);
  expect(history.latest?.losses.cycleA).toBe(lines);
  expect(history.trainingSeconds).toBeCloseTo((lines * 10) / 5);
  // Every whole point is the mean of its lines: the middle between its ends.
  for (const [index, { step, losses }] of history.figures.entries()) {
    const before = history.figures[index - 1]?.step ?? 0;
    expect(losses.cycleA).toBeCloseTo((before / 10 + 1 + step / 10) / 2, 6);
  }
});

test("forgetting reaches into the latest line, and a term that comes late starts late", () => {
  const history = new FigureHistory(2);
  history.add(figures(10));
  history.add({ ...figures(20), losses: { cycleA: 3, identityA: 7 } });
  history.add(figures(30));
  expect(history.figures[0]?.losses).toEqual({ cycleA: 2, identityA: 7 });
  history.forgetFrom(30);
  expect(history.latest?.step).toBe(20);
  history.forgetFrom(0);
  expect(history.latest).toBeUndefined();
});
