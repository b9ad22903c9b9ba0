import type { Constant } from "./constant.ts";

interface NodeOf<Op extends string> {
  readonly op: Op;
  readonly name: string;
  /** Positions in {@link Graph.nodes}, all smaller than this node's own. */
  readonly inputs: readonly number[];
}

/** The model's input, NHWC with batch 1; sides of -1 are open. */
export interface PlaceholderNode extends NodeOf<"Placeholder"> {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface ConstNode extends NodeOf<"Const"> {
  readonly constant: Constant;
}

/** Pixels added on each side, all at least 0. */
export interface Margins {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** A convolution or the gradient of one; `SAME` margins depend on the input's size. */
export interface WindowNode extends NodeOf<"Conv2D" | "DepthwiseConv2dNative" | "Conv2DBackpropInput"> {
  readonly stride: number;
  readonly padding: "SAME" | Margins;
}

export interface LeakyReluNode extends NodeOf<"LeakyRelu"> {
  readonly alpha: number;
}

export interface MeanNode extends NodeOf<"Mean"> {
  readonly keepDims: boolean;
}

/** Ops without attributes that matter. */
export interface PlainNode
  extends NodeOf<
    | "MirrorPad"
    | "BiasAdd"
    | "ResizeNearestNeighbor"
    | "Relu"
    | "Tanh"
    | "Sigmoid"
    | "AddV2"
    | "Sub"
    | "Mul"
    | "SquaredDifference"
    | "Rsqrt"
    | "ConcatV2"
    | "Shape"
    | "Slice"
  > {}

export type GraphNode = PlaceholderNode | ConstNode | WindowNode | LeakyReluNode | MeanNode | PlainNode;

/** A graph whose nodes come after everything they read; `Identity` is gone. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  /** Position of the only placeholder. */
  readonly input: number;
  /** Position of the node whose value is the model's output. */
  readonly output: number;
  /** Lets go of the weights' bytes; no constant can be decoded afterwards. */
  releaseWeights(): void;
}
