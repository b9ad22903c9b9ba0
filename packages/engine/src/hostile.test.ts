import { createRandom, mobileResnetGenerator, patchDiscriminator, resnetGenerator } from "@unpaired/core";
import { describe, expect, test } from "vitest";
import { EngineError } from "./errors.ts";
import { createSession } from "./index.ts";
import type { ModelFiles } from "./session-types.ts";
import { everyBuild } from "./testing/builds.ts";
import { graphFiles, type JsonConstant, type JsonNode, jsonOf, withJson } from "./testing/graph-files.ts";
import { noiseImage, publish } from "./testing/models.ts";
import { mutate } from "./testing/mutate.ts";

const [, binaries] = (await everyBuild()).at(-1)!;
const MUTANTS = 1500;

/** What came of a model: the code of the error, or `ran`. Anything but an EngineError fails the test. */
async function outcome(files: ModelFiles): Promise<string> {
  try {
    const session = await createSession(files, { binaries, memoryBudgetBytes: 4 * 2 ** 20 });
    const { data, width, height, channels } = await session.run(noiseImage(16, 16));
    expect(data).toHaveLength(width * height * channels);
    return "ran";
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
}

describe.each([
  publish(resnetGenerator({ filters: 2, blocks: 1 }), { quantization: "uint8", shardBytes: 1500 }),
  publish(mobileResnetGenerator({ filters: 2, blocks: 1, upsampling: "resize" }), {
    quantization: "float16",
  }),
  publish(patchDiscriminator({ filters: 2, layers: 1 }), { quantization: "float32", shardBytes: 1000 }),
])("damaged models (%#)", (files) => {
  test(`${MUTANTS} of them run or are refused, and nothing else happens`, async () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < MUTANTS; seed++) {
      const mutant = mutate(files, createRandom(seed));
      let result: string;
      try {
        result = await outcome(mutant);
      } catch (cause) {
        throw new Error(`Mutant ${seed} broke the engine.`, { cause });
      }
      counts.set(result, (counts.get(result) ?? 0) + 1);
    }
    // A fuzzer that only ever sees one outcome does not reach what it is meant to test.
    for (const code of ["ran", "invalid_model", "unsupported_op"])
      expect(counts.get(code)).toBeGreaterThan(50);
  });
});

describe("large on purpose", () => {
  const chain = (length: number, op: string, inputs: (previous: string) => string[]): JsonNode[] =>
    Array.from({ length }, (_, index) => ({
      name: `n${index}`,
      op,
      input: inputs(index === 0 ? "input" : `n${index - 1}`),
    }));

  test.each([
    ["eight thousand layers", chain(8000, "Relu", (x) => [x]), "ran"],
    ["eight thousand doublings", chain(8000, "AddV2", (x) => [x, x]), "ran"],
    ["channels doubled thirty times", chain(30, "ConcatV2", (x) => [x, x, "axis"]), "invalid_model"],
    ["ten thousand layers", chain(10_000, "Relu", (x) => [x]), "invalid_model"],
    [
      "a size squared a hundred times",
      [
        { name: "shape", op: "Shape", input: ["input"] },
        ...chain(100, "Mul", (x) => (x === "input" ? ["shape", "shape"] : [x, x])),
        { name: "y", op: "ResizeNearestNeighbor", input: ["input", "n99"] },
      ],
      "unsupported_op",
    ],
  ] as [string, JsonNode[], string][])("%s", async (_, nodes, expected) => {
    const axis = { shape: [], values: Int32Array.of(3) };
    const constants: Record<string, JsonConstant> = nodes.some(({ input }) => input?.includes("axis"))
      ? { axis }
      : {};
    const beganMs = performance.now();
    expect(await outcome(graphFiles(nodes, constants))).toBe(expected);
    expect(performance.now() - beganMs).toBeLessThan(5000);
  });

  test("a filter that says it has 2^40 values", async () => {
    const files = publish(patchDiscriminator({ filters: 2, layers: 1 }));
    const json = jsonOf(files);
    json.weightsManifest[0].weights[0].shape = [2 ** 10, 2 ** 10, 2 ** 10, 2 ** 10];
    expect(await outcome(withJson(json, files.weights))).toBe("invalid_model");
  });
});
