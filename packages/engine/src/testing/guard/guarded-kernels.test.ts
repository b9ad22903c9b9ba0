import { describe, expect, test } from "vitest";
import { readEngineBinaries } from "../../node.ts";
import { KERNEL_NAMES } from "../../runtime/kernels.ts";
import { kernelModels } from "../kernel-models.ts";
import { noiseImage } from "../models.ts";
import { guardBuild, MemoryFault, type Promises } from "./guarded-kernels.ts";
import { runGuarded } from "./guarded-run.ts";
import { regionsOf } from "./regions.ts";

const { simd } = await readEngineBinaries();
const budgetBytes = 2 ** 22;

/** Runs the model of a kernel while its regions of one role are said to be one float shorter than they are. */
async function runShortened(kernel: string, role: string, from: "begin" | "end"): Promise<unknown> {
  const promises: Promises = (name, args, sizes) =>
    regionsOf(name, args, sizes).map((region) =>
      name !== kernel || region.role !== role
        ? region
        : {
            ...region,
            address: region.address + (from === "begin" ? 4 : 0),
            bytes: region.bytes - 4,
          },
    );
  const { files, arithmetic } = kernelModels.find(({ kernels }) => kernels.includes(kernel))!;
  const instantiate = await guardBuild(simd as Uint8Array, promises);
  return runGuarded(files, noiseImage(12, 8), instantiate, { arithmetic, budgetBytes });
}

describe("a kernel that goes one float beyond what it may touch is caught", () => {
  const packers = [...new Set(kernelModels.flatMap(({ kernels }) => kernels))];
  test("there is a model for every kernel", () => {
    expect([...packers].filter((name) => !name.startsWith("pack")).sort()).toEqual([...KERNEL_NAMES].sort());
  });

  const faults = packers.flatMap((kernel) =>
    kernel.startsWith("pack")
      ? [
          [kernel, "filter", "reads"],
          [kernel, "bias", "reads"],
          [kernel, "packed", "writes"],
        ]
      : [
          [kernel, "input 0", "reads"],
          [kernel, "output", "writes"],
        ],
  ) as [string, string, string][];
  test.each(faults)("%s, %s", async (kernel, role, does) => {
    for (const from of ["begin", "end"] as const) {
      const run = runShortened(kernel, role, from);
      await expect(run).rejects.toThrow(MemoryFault);
      await expect(run).rejects.toThrow(new RegExp(`^${kernel}\\(.*\\) ${does} \\d+ bytes at \\d+, outside`));
    }
  });

  test.each([
    ["instanceNorm", "scratch", "writes"],
    ["instanceNorm", "input 1", "reads"],
    ["integerInstanceNorm", "scratch", "writes"],
    ["integerInstanceNorm", "input 1", "reads"],
    ["integerInstanceNorm", "output range", "writes"],
    ["integerConv2d", "input range", "reads"],
    ["integerTransposedConv2d", "input range", "reads"],
    ["depthwise3x3", "packed", "reads"],
    ["depthwise3x3", "scratch", "writes"],
    ["add", "input 1", "reads"],
    ["concatChannels", "input 1", "reads"],
    ["conv2d", "packed", "reads"],
    ["integerConv2d", "packed", "reads"],
    ["winogradConv2d", "packed", "reads"],
    ["integerConv2d", "scratch", "writes"],
    ["winogradConv2d", "scratch", "writes"],
  ])("%s, %s at its beginning", async (kernel, role, does) => {
    await expect(runShortened(kernel, role, "begin")).rejects.toThrow(new RegExp(`${does} \\d+ bytes at`));
  });
});

describe("arguments that WebAssembly would take for others are caught", () => {
  test.each([
    ["one too few", [65_536, 65_600, 65_664]],
    ["one too many", [65_536, 65_600, 65_664, 4, 0]],
    ["half an address", [65_536.5, 65_600, 65_664, 4]],
    ["NaN", [65_536, 65_600, 65_664, Number.NaN]],
    ["2^31 floats", [65_536, 65_600, 65_664, 2 ** 31]],
    ["2^30 floats", [65_536, 65_600, 65_664, 2 ** 30]],
    ["less than nothing", [65_536, 65_600, 65_664, -1]],
    ["the null address", [0, 65_600, 65_664, 4]],
    ["an address between floats", [65_538, 65_600, 65_664, 4]],
    ["an address behind memory", [65_536, 65_600, 131_072, 4]],
  ])("%s", async (_, args) => {
    const { kernels } = await (await guardBuild(simd as Uint8Array))();
    kernels.memory.grow(1);
    kernels.add(65_536, 65_600, 65_664, 4);
    expect(() => kernels.add(...args)).toThrow(MemoryFault);
  });
});
