import { join } from "node:path";
import type { TrainConfigInput } from "../run/config.ts";

/** The default recipe's data, as `synthesizeSeasons` draws it. */
export const seasonsData = { count: 200, size: 64, holdout: 24, seed: 1 } as const;

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
    generator: { kind: "resnet", filters: 16, blocks: 3, upsampling: "resize" },
    discriminator: { filters: 16, layers: 2 },
    optimizer: { learningRate: 1e-3 },
    schedule: { constantEpochs: 3, decayEpochs: 3 },
    reporting: { logEverySteps: 50, sampleEverySteps: 400, checkpointEverySteps: 400 },
  };
}
