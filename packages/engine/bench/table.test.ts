import { describe, expect, it } from "vitest";
import type { ContestantName } from "./contestants/contestant.ts";
import { type Figures, type ModelResult, resultsObject } from "./results.ts";
import { summarise } from "./statistics.ts";
import { resultLines } from "./table.ts";

function figures(samplesMs: readonly number[], largest: number): Figures {
  return {
    timing: summarise(samplesMs),
    coldMs: 300,
    deviation: { largest, mean: largest / 10, psnrDb: 50 },
    memory: { webAssembly: 8 * 2 ** 20, javaScript: 2 ** 20 },
  };
}

const result: ModelResult = {
  runtime: "workerd",
  model: "mobile16",
  sizePixels: 256,
  multiplyAdds: 955e6,
  judge: "tfjs cpu, on a drawn picture",
  figures: new Map<ContestantName, Figures>([
    ["engine", figures([40, 50, 60], 0.0123456)],
    ["onnxruntime", figures([100, 150, 155], 1e-5)],
    ["tfjs", figures([20, 25, 30], 1e-6)],
  ]),
  failures: new Map([["engineFloat", "there is no such arithmetic"]]),
};

describe("resultLines", () => {
  const lines = resultLines(result);
  const line = (name: string) => lines.find((text) => text.trim().startsWith(name))!;

  it("shows medians, spread and how many times as fast as the others", () => {
    expect(lines[0]).toMatch(/mobile16 in workerd: 256×256, 955 MMAC, one thread, 3 rounds/);
    expect(line("engine ")).toMatch(/50\.0 +40\.0–60\.0 +2\.58× +0\.50× +300/);
  });

  it("shows losses as they are", () => {
    expect(line("engine ")).toContain("0.50×");
    expect(line("tfjs-wasm")).toContain("5.17×");
  });

  it("says what the engine holds, who judged, and who did not run for what reason", () => {
    expect(line("the engine holds")).toContain("9.00 MiB");
    expect(line("differences")).toContain("tfjs cpu, on a drawn picture");
    expect(line("engine, float")).toBe("  engine, float did not run: there is no such arithmetic");
  });
});

describe("resultsObject", () => {
  it("has a runtime's models, each with its figures", () => {
    const node = { ...result, runtime: "node" as const };
    const object = resultsObject([node, { ...node, model: "resnet16" }, result]);
    expect(Object.keys(object)).toEqual(["node", "workerd"]);
    expect(Object.keys(object.node!)).toEqual(["mobile16", "resnet16"]);
    expect(object.workerd!.mobile16).toMatchObject({
      engineMs: 50,
      onnxruntimeMs: 150,
      tfjsMs: 25,
      bytes: 9 * 2 ** 20,
      maxError: 0.0123,
      coldMs: 300,
      timesOnnxruntime: 2.58,
      timesTfjs: 0.5,
    });
  });

  it("has null for who did not run", () => {
    const alone = { ...result, figures: new Map([...result.figures].slice(0, 1)) };
    const figuresOf = resultsObject([{ ...alone, failures: new Map([["tfjs", "no"]]) }]).workerd!.mobile16;
    expect(figuresOf).toMatchObject({
      onnxruntimeMs: null,
      tfjsMs: null,
      timesTfjs: null,
      failures: { tfjs: "no" },
    });
    expect(JSON.parse(JSON.stringify(figuresOf))).toEqual(figuresOf);
  });
});
