import { readProbes } from "../run/probes.ts";
import { readRunConfig, readRunDomains } from "../run/run-directory.ts";
import { readTrainedRun } from "../translate/run-translator.ts";
import type { DirectionFacts, TrainedModel } from "./trained-model.ts";

/**
 * What a run of this trainer has trained so far: its newest whole checkpoint, or the one of a step.
 *
 * @throws CheckpointError when the folder holds no run, or nothing trained
 */
export async function readRunModel(runDirectory: string, atStep?: number): Promise<TrainedModel> {
  const config = await readRunConfig(runDirectory);
  const domains = await readRunDomains(runDirectory);
  const { step, directions } = await readTrainedRun(runDirectory, atStep);
  return {
    method: config.method,
    sizePixels: config.data.cropSizePixels,
    training: { steps: step, dataSet: config.data.name, seed: config.seed },
    directions: directions.map((direction) => {
      const { from, to } = direction;
      const facts: DirectionFacts = {
        name: from === "A" ? "a2b" : "b2a",
        from: config.domains[from],
        to: config.domains[to],
        domainStatistics: domains[from],
        readProbes: () => readProbes(runDirectory, from),
      };
      return "spec" in direction
        ? { ...facts, spec: direction.spec, weights: direction.weights }
        : { ...facts, search: direction };
    }),
  };
}
