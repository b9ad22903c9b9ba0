import type { Scalar, Tensor4D } from "@tensorflow/tfjs-core";
import type { NetworkSpec } from "@unpaired/core";

/** Runs one of a method's networks on a batch `[batch, height, width, channels]`. */
export type RunNetwork = (network: string, x: Tensor4D) => Tensor4D;

/** What a branch's objective comes to. */
export interface Objective {
  /** Weighted loss terms by name; the branch minimises their sum. */
  readonly terms: Readonly<Record<string, Scalar>>;
  /** Images for later phases, samples or pools, by name. */
  readonly outputs?: Readonly<Record<string, Tensor4D>>;
}

/**
 * A part of a phase that needs nothing from its siblings: branches run side by side, and their gradients add up to the
 * phase's. Splitting a phase changes neither its mathematics nor its numbers.
 */
export interface Branch {
  readonly name: string;
  /** Networks whose weights this branch differentiates; every other network is frozen. */
  readonly trains: readonly string[];
  /** Batches it reads: `realA`, `realB`, or an earlier phase's output drawn from its image pool. */
  readonly reads: Readonly<Record<string, BranchSource>>;
  objective(run: RunNetwork, inputs: Readonly<Record<string, Tensor4D>>): Objective;
}

export type BranchSource = { readonly real: "A" | "B" } | { readonly pooled: string };

/** One optimiser's share of a step: all branches first, then one update of the networks they train. */
export interface Phase {
  readonly name: string;
  readonly branches: readonly Branch[];
}

/** One direction a trained method translates in. */
export interface Direction {
  readonly network: string;
  readonly from: "A" | "B";
  readonly to: "A" | "B";
}

/** A training method: its networks, its objectives in the order of a step, and how it translates. */
export interface Method {
  readonly name: string;
  readonly networks: Readonly<Record<string, NetworkSpec>>;
  readonly phases: readonly Phase[];
  readonly directions: readonly Direction[];
}
