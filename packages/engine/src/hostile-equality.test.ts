import { setBackend } from "@tensorflow/tfjs-core";
import { createRandom } from "@unpaired/core";
import { beforeAll, expect, test } from "vitest";
import { EngineError } from "./errors.ts";
import { createSession } from "./index.ts";
import { readEngineBinaries } from "./node.ts";
import type { ImageTensor, ModelFiles } from "./session-types.ts";
import { fuzzModels } from "./testing/fuzz-models.ts";
import { largestDifference } from "./testing/models.ts";
import { mutate } from "./testing/mutate.ts";
import { loadStock, runStock } from "./testing/stock-tfjs.ts";

const MUTANTS = 1200;
const models = fuzzModels();
beforeAll(() => setBackend("cpu"));

/** The output in the engine; undefined where it refuses the model. */
async function runEngine(files: ModelFiles, image: ImageTensor): Promise<ImageTensor | undefined> {
  try {
    const binaries = await readEngineBinaries();
    const session = await createSession(files, { binaries, arithmetic: "float", memoryBudgetBytes: 2 ** 19 });
    return await session.run(image);
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}

/** The output in stock tfjs; undefined where it cannot run a model, or its numbers leave float32. */
async function runJudge(files: ModelFiles, image: ImageTensor): Promise<ImageTensor | undefined> {
  try {
    const model = await loadStock(files);
    const output = await runStock(model, image).finally(() => model.dispose());
    return output.data.every(Number.isFinite) ? output : undefined;
  } catch {
    return undefined;
  }
}

test("a damaged model that runs computes what stock tfjs computes", async () => {
  let compared = 0;
  for (let seed = 0; seed < MUTANTS; seed++) {
    const { files, image, name } = models[seed % models.length]!;
    const donor = models[(seed * 7 + 1) % models.length]!;
    const mutant = mutate(files, donor.files, createRandom(seed));
    // What tfjs makes of a damaged signature of the inputs is its own business.
    if (mutant.done.includes("json") || mutant.done.includes("bytes")) continue;
    const output = await runEngine(mutant.files, image);
    const judged = output && (await runJudge(mutant.files, image));
    if (!judged) continue;
    compared++;
    const largest = judged.data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    expect(
      largestDifference(output, judged) / largest,
      `mutant ${seed}, ${name} with ${mutant.done.join(", ")}`,
    ).toBeLessThan(1e-3);
  }
  expect(compared).toBeGreaterThan(MUTANTS / 8);
});
