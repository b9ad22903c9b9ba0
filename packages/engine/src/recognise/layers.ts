import type { FloatConstant } from "../graph-model/constant.ts";
import type { Margins } from "../graph-model/graph.ts";

/** What happens to a layer's values before they are stored. */
export type Activation =
  | { readonly kind: "none" | "relu" | "tanh" | "sigmoid" }
  | { readonly kind: "leakyRelu"; readonly slope: number };

export const NO_ACTIVATION: Activation = { kind: "none" };

interface LayerOf<Kind extends string> {
  readonly kind: Kind;
  /** Name of the graph node the layer is about, for messages. */
  readonly name: string;
  /** Op of that node. */
  readonly op: string;
  /** Positions of the tensors read. */
  readonly inputs: readonly number[];
  /** Position of the node whose value the layer computes. */
  readonly output: number;
}

interface Weighted {
  readonly filter: FloatConstant;
  readonly bias: FloatConstant | undefined;
  readonly stride: number;
  readonly activation: Activation;
}

/** Convolution, filter HWIO; depthwise: filter `[height, width, channels, 1]`. */
export interface ConvLayer extends LayerOf<"conv" | "depthwiseConv">, Weighted {
  readonly padding: "SAME" | Margins;
  /** What lies beyond the edge: zeros, or the image mirrored without repeating the edge. */
  readonly border: "zero" | "reflect";
}

/** Gradient of a convolution by its input, filter `[height, width, out, in]`. */
export interface TransposedConvLayer extends LayerOf<"transposedConv">, Weighted {
  /** Margins of the convolution this one is the gradient of. */
  readonly margins: Margins;
  /** Position of the integers that say the output's shape. */
  readonly sizes: number;
}

/** Instance normalisation: activation, then the second input, if any, is added. */
export interface NormLayer extends LayerOf<"norm"> {
  readonly epsilon: number;
  readonly activation: Activation;
}

export interface ResizeLayer extends LayerOf<"resize"> {
  /** Position of the integers that say the output's height and width. */
  readonly sizes: number;
}

export interface PadLayer extends LayerOf<"reflectPad"> {
  readonly margins: Margins;
}

export interface ActivationLayer extends LayerOf<"activation"> {
  readonly activation: Activation;
}

export interface AddLayer extends LayerOf<"add"> {}

/** Concatenation along channels. */
export interface ConcatLayer extends LayerOf<"concat"> {}

export type Layer =
  | ConvLayer
  | TransposedConvLayer
  | NormLayer
  | ResizeLayer
  | PadLayer
  | ActivationLayer
  | AddLayer
  | ConcatLayer;

/** Layers that can end in an activation of their own. */
export type ActivatedLayer = ConvLayer | TransposedConvLayer | NormLayer;
