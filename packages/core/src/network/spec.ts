/** Padding of a convolution, in pixels on each side. `reflect` mirrors without repeating the edge. */
export interface Padding {
  readonly mode: "zero" | "reflect";
  readonly pixels: number;
}

interface Node<Op extends string> {
  readonly op: Op;
  /** Unique within the network; names the node's output. */
  readonly id: string;
  /** Ids of the nodes (or the network's input) this one reads. */
  readonly inputs: readonly string[];
}

/** Convolution; kernel HWIO `[size, size, in, filters]`, bias `[filters]`. */
export interface ConvNode extends Node<"conv"> {
  readonly filters: number;
  readonly size: number;
  readonly stride: 1 | 2;
  readonly padding: Padding;
  /** Names of the weights. */
  readonly kernel: string;
  readonly bias?: string;
}

/** Depthwise convolution, one filter per channel; kernel `[size, size, in, 1]`, bias `[in]`. */
export interface DepthwiseConvNode extends Node<"depthwiseConv"> {
  readonly size: number;
  readonly stride: 1 | 2;
  readonly padding: Padding;
  readonly kernel: string;
  readonly bias?: string;
}

/**
 * Transposed convolution as PyTorch's `ConvTranspose2d` defines it; kernel `[size, size, filters, in]`, bias `[filters]`.
 * Output side = (side - 1) · stride - 2 · padding + size + outputPadding.
 */
export interface TransposedConvNode extends Node<"transposedConv"> {
  readonly filters: number;
  readonly size: number;
  readonly stride: 2;
  readonly padding: number;
  readonly outputPadding: 0 | 1;
  readonly kernel: string;
  readonly bias?: string;
}

/** Nearest-neighbour enlargement by an integer factor. */
export interface ResizeNode extends Node<"resize"> {
  readonly scale: number;
}

/** Instance normalisation without parameters: biased variance over H and W, epsilon inside the square root. */
export interface InstanceNormNode extends Node<"norm"> {
  readonly kind: "instance";
  readonly epsilon: number;
}

/**
 * Batch normalisation with a learned scale and shift: statistics of the batch (N, H and W) while training, running ones
 * otherwise. All four weights are `[channels]`.
 */
export interface BatchNormNode extends Node<"norm"> {
  readonly kind: "batch";
  readonly epsilon: number;
  /** Names of the weights; mean and variance are running statistics, which no optimiser touches. */
  readonly scale: string;
  readonly shift: string;
  readonly mean: string;
  readonly variance: string;
}

export type NormNode = InstanceNormNode | BatchNormNode;

/** What stands behind a convolution; `none` leaves the node out. */
export type NormKind = NormNode["kind"] | "none";

export interface ActivationNode extends Node<"activation"> {
  readonly kind: "relu" | "leakyRelu" | "tanh" | "sigmoid";
  /** Slope below zero; leakyRelu only. */
  readonly slope?: number;
}

/** Element-wise sum of two tensors of one shape. */
export interface AddNode extends Node<"add"> {}

/** Concatenation along channels. */
export interface ConcatNode extends Node<"concat"> {}

/** Inverted dropout; the identity outside training. */
export interface DropoutNode extends Node<"dropout"> {
  readonly rate: number;
}

export type NetworkNode =
  | ConvNode
  | DepthwiseConvNode
  | TransposedConvNode
  | ResizeNode
  | NormNode
  | ActivationNode
  | AddNode
  | ConcatNode
  | DropoutNode;

/** A network as data: nodes in an order in which every input precedes its reader. All tensors are NHWC. */
export interface NetworkSpec {
  readonly name: string;
  /** The input's id is always `input`. */
  readonly inputChannels: number;
  readonly nodes: readonly NetworkNode[];
  /** Id of the node whose output is the network's. */
  readonly output: string;
  /** Both sides of an input must be multiples of this (and at least `minimumSide`). */
  readonly multipleOf: number;
  /** Smallest side the network accepts, in pixels. */
  readonly minimumSide: number;
}

/** Id of a network's input. */
export const INPUT = "input";

/** One weight: row-major values and their shape. */
export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Weights by name. */
export type Weights = ReadonlyMap<string, Weight>;
