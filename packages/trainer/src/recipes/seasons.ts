import { join } from "node:path";
import type { TrainConfigInput } from "../run/config.ts";

/** The default recipe's data, as `synthesizeSeasons` draws it. */
export const seasonsData = { count: 180, size: 128, holdout: 16, seed: 1 } as const;

/**
 * The default recipe: summer ↔ winter landscapes drawn by code, small enough to learn on two CPU cores in a few minutes.
 *
 * @param directory folder of the written data set
 */
export function seasonsRecipe(directory: string): TrainConfigInput {
  return {
    domains: { A: "summer", B: "winter" },
    data: {
      name: "seasons",
      directoryA: join(directory, "trainA"),
      directoryB: join(directory, "trainB"),
      loadSizePixels: seasonsData.size,
      cropSizePixels: seasonsData.size,
    },
    generator: { kind: "mobile-resnet", filters: 12, blocks: 4, upsampling: "resize" },
    discriminator: { filters: 16, layers: 2 },
    // Against the paper's 10 and 2e-4: a run this short has no time for small steps, and the discriminators' first
    // rough ideas of texture must not cost the scene's details.
    loss: { cycleWeightA: 25, cycleWeightB: 25 },
    optimizer: { learningRate: 1e-3 },
    schedule: { constantEpochs: 1, decayEpochs: 3, maxSteps: 660 },
    reporting: { logEverySteps: 50, sampleEverySteps: 220, checkpointEverySteps: 220 },
  };
}
