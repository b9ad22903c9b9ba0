import { createRandom } from "@unpaired/core";
import { expect, test } from "vitest";
import { EngineError } from "./errors.ts";
import { createSession } from "./index.ts";
import { readEngineBinaries } from "./node.ts";
import { webAssembly } from "./runtime/webassembly.ts";
import type { Arithmetic, ImageTensor } from "./session-types.ts";
import { fuzzModels } from "./testing/fuzz-models.ts";
import { guardBuild } from "./testing/guard/guarded-kernels.ts";
import { runGuarded } from "./testing/guard/guarded-run.ts";
import { mutate } from "./testing/mutate.ts";
import { GRAPH_MUTATIONS } from "./testing/mutations/mutate-graph.ts";
import { WEIGHT_MUTATIONS } from "./testing/mutations/mutate-weights.ts";

const models = fuzzModels();
/** Mutants in all; `UNPAIRED_MUTANTS` asks for more. */
const MUTANTS = Math.max(Number(process.env.UNPAIRED_MUTANTS) || 0, 10_200);
const BUDGETS_BYTES = [2 ** 17, 2 ** 18, 2 ** 19];
const ARITHMETICS: readonly Arithmetic[] = ["integer", "float"];

const { simd } = await readEngineBinaries();
const module = await webAssembly.compile(simd as Uint8Array);
const binaries = { simd: module, relaxedSimd: module };
const instantiate = await guardBuild(simd as Uint8Array);

/** What an attempt gave, or the code of the EngineError that refused it; whatever else is thrown goes on. */
async function attempt(make: () => Promise<ImageTensor>): Promise<ImageTensor | string> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
}

/** The same image one pixel wider, which models that enlarge again cannot take. */
function widen({ width, height, channels }: ImageTensor): ImageTensor {
  const data = new Float32Array((width + 1) * height * channels);
  return { data, width: width + 1, height, channels };
}

test(`${MUTANTS} damaged models run within their memory or are refused, and nothing else happens`, async () => {
  const outcomes = new Map<string, number>();
  const mutations = new Set<string>();
  let accesses = 0;
  for (let seed = 0; seed < MUTANTS; seed++) {
    const model = models[seed % models.length]!;
    const donor = models[(seed * 7 + 1) % models.length]!;
    const turn = Math.floor(seed / models.length);
    const { files, done } = mutate(model.files, donor.files, createRandom(seed));
    const image = turn % 8 === 7 ? widen(model.image) : model.image;
    const arithmetic = ARITHMETICS[turn % 2]!;
    const budgetBytes = BUDGETS_BYTES[turn % 3]!;
    try {
      const result = await attempt(async () => {
        const session = await createSession(files, { binaries, arithmetic, memoryBudgetBytes: budgetBytes });
        const output = await session.run(image);
        session.dispose();
        return output;
      });
      const guarded = await attempt(async () => {
        const run = await runGuarded(files, image, instantiate, { arithmetic, budgetBytes });
        accesses += run.accesses;
        return run.output;
      });
      expect(bitsOf(guarded)).toEqual(bitsOf(result));
      const outcome = typeof result === "string" ? result : "ran";
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    } catch (cause) {
      throw new Error(`Mutant ${seed}, ${model.name} with ${done.join(", ")}, broke the engine.`, { cause });
    }
    for (const name of done) mutations.add(name);
  }
  // A fuzzer that hardly ever gets past the first check does not reach what it is meant to test.
  const share = (outcome: string) => (outcomes.get(outcome) ?? 0) / MUTANTS;
  expect(share("ran")).toBeGreaterThan(0.2);
  for (const code of ["invalid_model", "unsupported_op"]) expect(share(code)).toBeGreaterThan(0.2);
  for (const code of ["invalid_input", "memory_budget_exceeded"]) expect(share(code)).toBeGreaterThan(0.005);
  expect([...outcomes.keys()]).toHaveLength(5);
  expect(accesses).toBeGreaterThan(1e7);
  const named = (kind: string, all: object) => Object.keys(all).map((name) => `${kind} ${name}`);
  const kinds = [...named("graph", GRAPH_MUTATIONS), ...named("weights", WEIGHT_MUTATIONS)];
  expect([...mutations].sort()).toEqual([...kinds, "json", "shards", "bytes"].sort());
}, 600_000);

function bitsOf(result: ImageTensor | string): unknown {
  if (typeof result === "string") return result;
  return { ...result, data: new Int32Array(result.data.buffer) };
}
