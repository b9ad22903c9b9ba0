import type { Scalar, Tensor4D } from "@tensorflow/tfjs-core";
import type { NetworkSpec, Random } from "@unpaired/core";
import type { WeightTensors } from "@unpaired/core/tfjs";
import type { ImageTensor } from "@unpaired/engine";

/** Options of one pass through a network. */
export interface RunOptions {
  /** Names the pass among a step's: passes of one name drop the same activations. By default every pass has its own. */
  readonly pass?: string;
  /** Whether batch norms learn their running statistics from this pass, and `last` whether after all others of the phase. */
  readonly observe?: boolean | "last";
  /** Keeps to ops whose gradients have gradients. */
  readonly twiceDifferentiable?: boolean;
}

/** What an objective computes with. */
export interface BranchContext {
  /** Runs one of the method's networks, in training, on a batch `[batch, height, width, channels]`. */
  run(network: string, x: Tensor4D, options?: RunOptions): Tensor4D;
  /** Runs a network likewise, as far as the given nodes need, and returns what those put out; `input` is its input. */
  activations(network: string, x: Tensor4D, nodes: readonly string[], options?: RunOptions): Tensor4D[];
  /** This branch's own random numbers in this step; branches of one name draw the same. */
  readonly random: Random;
}

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
  /** Networks whose weights this branch differentiates; every other network is frozen. Empty: it only produces. */
  readonly trains: readonly string[];
  readonly reads: Readonly<Record<string, BranchSource>>;
  objective(context: BranchContext, inputs: Readonly<Record<string, Tensor4D>>): Objective;
}

/**
 * A real batch, an earlier phase's output, or that output exchanged through its image pool: each image by chance, or,
 * with `halves`, half of the batch.
 */
export type BranchSource =
  | { readonly real: "A" | "B" }
  | { readonly produced: string }
  | { readonly pooled: string; readonly halves?: boolean };

/** One optimiser's share of a step: all branches first, then one update of the networks they train. */
export interface Phase {
  readonly name: string;
  readonly branches: readonly Branch[];
}

interface Way {
  readonly from: "A" | "B";
  readonly to: "A" | "B";
}

/** A direction translated in by one pass through a network, which can be published. */
export interface NetworkDirection extends Way {
  readonly network: string;
}

/** A direction translated in by computing on with several networks, which no graph model can. */
export interface SearchDirection extends Way {
  /** The networks it needs. */
  readonly networks: readonly string[];
  /** Both sides of an image must be multiples of this. */
  readonly multipleOf: number;
  /**
   * Translates one image on the current backend.
   *
   * @param image of the domain's own channels, in [-1, 1]
   */
  translate(weights: Readonly<Record<string, WeightTensors>>, image: ImageTensor): Promise<ImageTensor>;
}

/** One direction a trained method translates in. */
export type Direction = NetworkDirection | SearchDirection;

/** A training method: its networks, its objectives in the order of a step, and how it translates. */
export interface Method {
  readonly name: string;
  readonly networks: Readonly<Record<string, NetworkSpec>>;
  readonly phases: readonly Phase[];
  readonly directions: readonly Direction[];
  /** What a plateau schedule watches, from a step's losses: lower is better, and no opponent moves it. */
  distance(losses: Readonly<Record<string, number>>): number;
}
