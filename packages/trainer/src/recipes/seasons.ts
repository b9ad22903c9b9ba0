import { join } from "node:path";
import { createProgress } from "../cli/progress.ts";
import { synthesizeSeasons } from "../seasons/index.ts";
import type { PrepareOptions, Recipe, RecipeData } from "./recipe.ts";

const drawing = { count: 180, size: 128, holdout: 16, seed: 1 } as const;
const steps = 660;

/** The default recipe: summer ↔ winter landscapes drawn by code, learnt on two CPU cores in a few minutes. */
export const seasons: Recipe = {
  name: "seasons",
  summary: "summer ↔ winter landscapes",
  data: "drawn here",
  steps,
  expected: ["L1 to the true other season: about a quarter of the untranslated picture's"],
  async prepare({ directory, context: { signal, progress: target } }: PrepareOptions): Promise<RecipeData> {
    const total = drawing.count * 2 + drawing.holdout * 3;
    const progress = createProgress({ label: "Drawing seasons", total, unit: "images", target });
    const data = await synthesizeSeasons({
      directory: join(directory, `seasons-${drawing.size}`),
      ...drawing,
      signal,
      onProgress: ({ done }) => progress.update(done),
    });
    progress.finish();
    return data;
  },
  config: ({ trainA, trainB }) => ({
    domains: { A: "summer", B: "winter" },
    data: {
      name: "seasons",
      directoryA: trainA,
      directoryB: trainB,
      loadSizePixels: drawing.size,
      cropSizePixels: drawing.size,
    },
    generator: { kind: "mobile-resnet", filters: 12, blocks: 4, upsampling: "resize" },
    discriminator: { filters: 16, layers: 2 },
    // Against the paper's 10 and 2e-4: a run this short has no time for small steps, and the discriminators' first
    // rough ideas of texture must not cost the scene's details.
    loss: { cycleWeightA: 25, cycleWeightB: 25 },
    optimizer: { learningRate: 1e-3 },
    schedule: { constantEpochs: 1, decayEpochs: 3, maxSteps: steps },
    reporting: { logEverySteps: 50, sampleEverySteps: 220, checkpointEverySteps: 220 },
  }),
};
