import { createMethod } from "../methods/create-method.ts";
import type { DirectionName } from "../models/trained-model.ts";
import { resolveConfig, type TrainConfig } from "../run/config.ts";
import type { Contestant } from "./contestants.ts";
import type { Experiment } from "./experiment.ts";

/** A training run a table needs. */
export interface PlannedRun {
  /** Its folder under `runs/`. */
  readonly name: string;
  readonly contestant: Contestant;
  /** The one way it learns; absent for both. */
  readonly only?: DirectionName;
  readonly seed: number;
  readonly config: TrainConfig;
}

/** The runs of some contestants under seeds 1 to `seeds`: one for methods that learn both ways, else one per direction. */
export function planRuns(
  chosen: readonly Contestant[],
  { seeds, ...experiment }: Experiment & { readonly seeds: number },
): PlannedRun[] {
  return chosen.flatMap((contestant) =>
    Array.from({ length: seeds }, (_, index) => index + 1).flatMap((seed) => {
      const config = configOf(contestant, experiment, { seed, direction: "AtoB" });
      if (createMethod(config).directions.length > 1) {
        return [{ name: `${contestant.name}-seed${seed}`, contestant, seed, config }];
      }
      return (["a2b", "b2a"] as const).map((only) => ({
        ...{ name: `${contestant.name}-${only}-seed${seed}`, contestant, only, seed },
        config: configOf(contestant, experiment, { seed, direction: only === "a2b" ? "AtoB" : "BtoA" }),
      }));
    }),
  );
}

/**
 * One contestant's configuration. Data, networks, learning rate and steps are the same for all; weights of losses, GAN mode,
 * pools and first weights are each method's own.
 */
function configOf(
  { name, method, objective, identityWeight }: Contestant,
  { setting, folders, stepsPerEpoch, features }: Experiment,
  { seed, direction }: { readonly seed: number; readonly direction: "AtoB" | "BtoA" },
): TrainConfig {
  const { recipe, domains, sizePixels, steps } = setting;
  // Batch norm, without which CoGAN's generators do not get going, needs batches.
  const [norm, batchSize] = name === "cogan" ? (["batch", 8] as const) : (["instance", 1] as const);
  const epochs = Math.max(1, Math.ceil((steps * batchSize) / stepsPerEpoch));
  const constantEpochs = Math.ceil(epochs / 2);
  const fifth = Math.max(1, Math.floor(steps / 5));
  return resolveConfig({
    ...{ method, direction, seed, domains },
    data: {
      name: recipe,
      mode: method === "pix2pix" ? "aligned" : "unaligned",
      directoryA: folders.trainA,
      directoryB: folders.trainB,
      loadSizePixels: sizePixels,
      cropSizePixels: sizePixels,
      batchSize,
    },
    norm,
    generator: { kind: "mobile-resnet", filters: 16, blocks: 4, upsampling: "resize", dropout: 0 },
    discriminator: { filters: 16, layers: 2 },
    // At their own λ of 10, SimGAN and feature-gan leave label maps what they are: too far from a photo.
    loss: {
      ...{ objective, identityWeight, selfRegularizationWeight: 1 },
      ...(name === "feature-gan" && { featureWeight: 1 }),
    },
    // CUT's own 256 patches and channels would cost more than the rest of its step at this size.
    contrast: { patches: 64, projectorWidth: 64 },
    optimizer: { learningRate: 1e-3 },
    schedule: { constantEpochs, decayEpochs: epochs - constantEpochs, maxSteps: steps },
    reporting: {
      logEverySteps: Math.min(50, fifth),
      sampleEverySteps: steps,
      checkpointEverySteps: fifth,
    },
    ...(name === "feature-gan" && { features }),
    // A search per picture: the method's own 200 steps from 4 starts would take longer than all training.
    ...(name === "cogan" && { coupling: { searchSteps: 100, searchRestarts: 2 } }),
  });
}
