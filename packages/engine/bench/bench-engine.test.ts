import { resnetGenerator } from "@unpaired/core";
import { beforeAll, expect, test } from "vitest";
import { benchEngine } from "./bench-engine.ts";
import { randomModel } from "./models.ts";
import type { ModelResult } from "./results.ts";
import { schedule } from "./schedule.ts";

let node: ModelResult;
let workerd: ModelResult;

beforeAll(async () => {
  const results = await benchEngine({
    models: [randomModel("tiny", resnetGenerator({ filters: 4, blocks: 1 }))],
    runtimes: ["node", "workerd"],
    sizePixels: 32,
    plan: (multiplyAdds) => ({ ...schedule(multiplyAdds, 2), coldStarts: 1, warmUpMs: 0 }),
    progressTarget: { write: () => {} },
  });
  [node, workerd] = results as [ModelResult, ModelResult];
}, 120_000);

test("every contestant runs in Node and in workerd", () => {
  for (const { figures, failures } of [node, workerd]) {
    expect([...failures]).toEqual([]);
    expect([...figures.keys()]).toEqual(["engine", "engineFloat", "onnxruntime", "tfjs"]);
    for (const { timing } of figures.values()) expect(timing.samples).toBe(2);
  }
});

test("every contestant computes the same function", () => {
  for (const { figures } of [node, workerd]) {
    for (const name of ["engineFloat", "onnxruntime", "tfjs"] as const) {
      expect(figures.get(name)!.deviation.largest).toBeLessThan(1e-3);
    }
    expect(figures.get("engine")!.deviation.mean).toBeLessThan(0.02);
  }
});

test("the engine answers the same bits in both, and tells what it holds", () => {
  const [here, there] = [node.figures.get("engine")!, workerd.figures.get("engine")!];
  expect(there.deviation).toEqual(here.deviation);
  for (const { memory } of [here, there]) {
    expect(memory!.webAssembly).toBeGreaterThan(0);
    // Neither the model's files nor its decoded weights.
    expect(memory!.javaScript).toBeLessThan(4 * 2 ** 20);
  }
});
