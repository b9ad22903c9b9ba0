import * as tf from "@tensorflow/tfjs-core";
import { createRandom } from "@unpaired/core";
import type { WeightTensors } from "@unpaired/core/tfjs";
import { TrainingError } from "../errors.ts";
import type { BranchSource, Method } from "../methods/method.ts";
import type { BranchResult } from "./compute-branch.ts";
import type { BranchExecutor } from "./executor.ts";
import type { ImageBatch } from "./image-batch.ts";
import type { ImagePool } from "./image-pool.ts";
import type { AdamSettings, TrainedNetwork } from "./optimizer.ts";

/** Everything a step reads and changes. */
export interface StepContext {
  readonly method: Method;
  readonly networks: Readonly<Record<string, TrainedNetwork>>;
  readonly pools: Readonly<Record<string, ImagePool>>;
  readonly executor: BranchExecutor;
  /** Seed of the run; what is random in a step follows from it and the step's number. */
  readonly seed: number;
}

/** One pair of unpaired batches. */
export interface Batch {
  readonly A: ImageBatch;
  readonly B: ImageBatch;
}

/**
 * One training step: each phase in turn computes its branches, adds their gradients and updates its networks once.
 *
 * @param step number of this step, counted from 1
 * @returns every loss term by name
 * @throws TrainingError `diverged` before the update that a NaN or infinite loss would poison
 */
export async function trainStep(
  { method, networks, pools, executor, seed }: StepContext,
  batch: Batch,
  step: number,
  adam: AdamSettings,
): Promise<Record<string, number>> {
  const losses: Record<string, number> = {};
  const produced: Record<string, ImageBatch> = {};
  const source = (from: BranchSource): ImageBatch => {
    if ("real" in from) return batch[from.real];
    return "produced" in from
      ? produced[from.produced]!
      : pools[from.pooled]!.exchange(produced[from.pooled]!, from);
  };
  const stepSeed = createRandom(seed)
    .fork(`step ${step}`)
    .integer(2 ** 32);

  for (const [index, phase] of method.phases.entries()) {
    const batches = phase.branches.map(({ reads }) =>
      Object.fromEntries(Object.entries(reads).map(([name, from]) => [name, source(from)])),
    );
    const weights = Object.fromEntries(
      Object.entries(networks).map(([name, network]) => [name, network.weights]),
    );
    const results = await executor.run(index, { weights, batches, seed: stepSeed });
    for (const result of results) {
      Object.assign(losses, result.losses);
      Object.assign(produced, result.outputs);
    }
    const gradients = addGradients(results);
    try {
      assertFinite(losses, step);
      for (const [name, gradient] of Object.entries(gradients)) networks[name]!.update(gradient, adam, step);
      const seen = results.flatMap(({ statistics }) => statistics);
      for (const { network, weight, values } of [
        ...seen.filter((s) => !s.last),
        ...seen.filter((s) => s.last),
      ]) {
        networks[network]!.observe(weight, values);
      }
    } finally {
      for (const gradient of Object.values(gradients)) tf.dispose(Object.values(gradient));
    }
  }
  return losses;
}

/** Sums the branches' gradients per weight and disposes the addends. */
function addGradients(results: readonly BranchResult[]): Record<string, WeightTensors> {
  const sums: Record<string, Record<string, tf.Tensor>> = {};
  for (const { gradients } of results) {
    for (const [network, tensors] of Object.entries(gradients)) {
      sums[network] ??= {};
      for (const [name, gradient] of Object.entries(tensors)) {
        const sum = sums[network][name];
        sums[network][name] = sum ? tf.add(sum, gradient) : gradient;
        if (sum) tf.dispose([sum, gradient]);
      }
    }
  }
  return sums;
}

function assertFinite(losses: Readonly<Record<string, number>>, step: number): void {
  for (const [name, value] of Object.entries(losses)) {
    if (Number.isFinite(value)) continue;
    throw new TrainingError(`The loss ${name} became ${value} in step ${step}.`, { code: "diverged" });
  }
}
