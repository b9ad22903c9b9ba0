import { expect, test } from "vitest";
import { drawChart } from "./chart.ts";

const chart = { id: "loss-0", title: "Cycle", steps: [10, 20, 30, 40], smooth: true };

test("a chart draws raw curves and running means, and says in words what they show", () => {
  const { html, readOut } = drawChart({
    ...chart,
    curves: [
      { label: "horse", tone: "warm", values: [4, 3, 2, 1] },
      { label: "zebra", tone: "cool", values: [2, 2, 2, 2] },
    ],
  });
  expect(html.match(/class="raw (warm|cool)"/g)).toHaveLength(2);
  expect(html.match(/class="mean (warm|cool)"/g)).toHaveLength(2);
  expect(html).toContain("Cycle over 40 steps. horse: 4.00 at first, now 1.00; zebra: 2.00 at first");
  expect(readOut.raw).toEqual([
    [4, 3, 2, 1],
    [2, 2, 2, 2],
  ]);
  expect(readOut.low).toBe(0);
  expect(readOut.high).toBeGreaterThan(4);
});

test("what is not a number leaves a gap in the curve", () => {
  const values = [4, Number.NaN, 2, 1];
  const { html, readOut } = drawChart({
    ...chart,
    smooth: false,
    curves: [{ label: "", tone: "plain", values }],
  });
  const drawn = /class="mean plain" d="([^"]*)"/.exec(html)?.[1];
  expect(drawn?.match(/M/g)).toHaveLength(2);
  expect(drawn).not.toContain("NaN");
  expect(readOut.raw).toEqual([[4, null, 2, 1]]);
});

test("a peak that is cut off is named, and stays a number a path can hold", () => {
  const steps = Array.from({ length: 400 }, (_, index) => index + 1);
  const values = steps.map(() => 1).with(200, 1e30);
  const { html } = drawChart({
    ...chart,
    steps,
    smooth: false,
    curves: [{ label: "", tone: "plain", values }],
  });
  expect(html).toContain("peaks reach 1.00e+30");
  expect(html).not.toMatch(/d="[^"]*e\+/);
});

test("one value alone is a point, and no value at all is said to be none", () => {
  const steps = [10];
  const one = drawChart({ ...chart, steps, curves: [{ label: "horse", tone: "warm", values: [2] }] });
  expect(one.html).toContain('class="mean warm lone"');
  const none = drawChart({
    ...chart,
    steps,
    curves: [{ label: "horse", tone: "warm", values: [Number.NaN] }],
  });
  expect(none.html).toContain("horse: nothing yet");
});
