import type { WeightTensors } from "@unpaired/core/tfjs";
import type { Method } from "../methods/method.ts";
import { type BranchResult, computeBranch } from "./compute-branch.ts";
import type { ImageBatch } from "./image-batch.ts";

/** What all branches of a phase are computed with. */
export interface PhaseInputs {
  readonly weights: Readonly<Record<string, WeightTensors>>;
  /** One record of batches per branch of the phase. */
  readonly batches: readonly Readonly<Record<string, ImageBatch>>[];
  /** Seed of everything random in this step. */
  readonly seed: number;
}

/** Computes the branches of a phase, wherever that is done best. */
export interface BranchExecutor {
  /** @returns one result per branch, gradients on the caller's backend */
  run(phase: number, inputs: PhaseInputs): Promise<BranchResult[]>;
  dispose(): Promise<void>;
}

/** Computes branches one after the other on this thread. */
export function createLocalExecutor({ phases, networks: specs }: Method): BranchExecutor {
  return {
    async run(phase, { weights, batches, seed }) {
      const results: BranchResult[] = [];
      for (const [index, branch] of phases[phase]!.branches.entries()) {
        results.push(await computeBranch(branch, { specs, weights, batches: batches[index]!, seed }));
      }
      return results;
    },
    dispose: async () => {},
  };
}
