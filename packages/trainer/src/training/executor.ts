import type { WeightTensors } from "@unpaired/core/tfjs";
import type { Method } from "../methods/method.ts";
import { type BranchResult, computeBranch } from "./compute-branch.ts";
import type { ImageBatch } from "./image-batch.ts";

/** Computes the branches of a phase, wherever that is done best. */
export interface BranchExecutor {
  /**
   * @param inputs one record of batches per branch of the phase
   * @returns one result per branch, gradients on the caller's backend
   */
  run(
    phase: number,
    weights: Readonly<Record<string, WeightTensors>>,
    inputs: readonly Readonly<Record<string, ImageBatch>>[],
  ): Promise<BranchResult[]>;
  dispose(): Promise<void>;
}

/** Computes branches one after the other on this thread. */
export function createLocalExecutor(method: Method): BranchExecutor {
  return {
    run: async (phase, weights, inputs) =>
      method.phases[phase]!.branches.map((branch, index) => {
        return computeBranch(branch, method.networks, weights, inputs[index]!);
      }),
    dispose: async () => {},
  };
}
