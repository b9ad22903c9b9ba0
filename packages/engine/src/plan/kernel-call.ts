import type { Activation, Layer } from "../recognise/layers.ts";
import type { KernelName } from "../runtime/kernels.ts";
import type { Arithmetic } from "../session-types.ts";
import { weightedKernel } from "./choose-kernel.ts";
import type { PlacedTensor } from "./plan.ts";
import { statisticsBytes } from "./scratch.ts";

/** A kernel and its arguments in order. */
export interface KernelCall {
  readonly kernel: KernelName;
  readonly args: readonly number[];
}

/** Everything a call needs that is not in the layer itself. */
export interface CallContext {
  readonly inputs: readonly PlacedTensor[];
  readonly output: PlacedTensor;
  readonly margins: { readonly top: number; readonly left: number };
  readonly arithmetic: Arithmetic;
  /** Address of the packed weights. */
  readonly packed: number;
  readonly scratch: number;
  /** Address of the bounds on the input that the layer before left, or 0. */
  readonly inputRange: number;
  /** Address where the layer leaves the bounds on its output. */
  readonly outputRange: number;
}

const BATCH = 1;
const ACTIVATION_CODES = { none: 0, relu: 1, leakyRelu: 2, tanh: 3, sigmoid: 4 } as const;
const BORDER_CODES = { zero: 0, reflect: 1 } as const;

/** Chooses the kernel of a layer and writes its arguments in the order `assembly/` declares them. */
export function callKernel(layer: Layer, context: CallContext): KernelCall {
  const { output, margins, arithmetic, packed, scratch } = context;
  const input = context.inputs[0]!;
  const second = context.inputs[1];
  const from = [input.address, BATCH, input.shape.height, input.shape.width, input.shape.channels] as const;
  const to = [output.address, output.shape.height, output.shape.width] as const;
  const { channels } = output.shape;
  const count = output.shape.height * output.shape.width * channels;
  switch (layer.kind) {
    case "conv":
    case "depthwiseConv": {
      const [height, width] = layer.filter.shape as [number, number];
      const window = [packed, height, width, layer.stride, margins.top, margins.left];
      const ending = [...activationArguments(layer.activation), scratch];
      const border = BORDER_CODES[layer.border];
      const kernel = weightedKernel(layer, arithmetic);
      if (kernel === "depthwiseConv2d" || kernel === "depthwise3x3") {
        return { kernel, args: [...from, ...window, border, ...to, ...ending] };
      }
      const range = kernel === "integerConv2d" ? [context.inputRange] : [];
      return { kernel, args: [...from, ...window, border, ...to, channels, ...ending, ...range] };
    }
    case "transposedConv": {
      const [height, width] = layer.filter.shape as [number, number];
      const window = [packed, height, width, layer.stride, margins.top, margins.left];
      const ending = [...activationArguments(layer.activation), scratch];
      const kernel = weightedKernel(layer, arithmetic);
      const range = kernel === "integerTransposedConv2d" ? [context.inputRange] : [];
      return { kernel, args: [...from, ...window, ...to, channels, ...ending, ...range] };
    }
    case "norm": {
      const statistics = [scratch, scratch + statisticsBytes(channels)];
      const pixels = output.shape.height * output.shape.width;
      const isInteger = arithmetic === "integer";
      return {
        kernel: isInteger ? "integerInstanceNorm" : "instanceNorm",
        args: [
          input.address,
          BATCH,
          pixels,
          channels,
          layer.epsilon,
          ...activationArguments(layer.activation),
          second?.address ?? 0,
          ...statistics,
          output.address,
          ...(isInteger ? [context.outputRange] : []),
        ],
      };
    }
    case "resize":
      return { kernel: "resizeNearest", args: [...from, ...to] };
    case "reflectPad": {
      const { top, bottom, left, right } = layer.margins;
      return { kernel: "mirrorPad", args: [...from, top, bottom, left, right, output.address] };
    }
    case "activation":
      return {
        kernel: "activate",
        args: [input.address, output.address, count, ...activationArguments(layer.activation)],
      };
    case "add":
      return { kernel: "add", args: [input.address, second!.address, output.address, count] };
    case "concat": {
      const pixels = output.shape.height * output.shape.width;
      const { shape, address } = second!;
      return {
        kernel: "concatChannels",
        args: [input.address, input.shape.channels, address, shape.channels, pixels, output.address],
      };
    }
  }
}

function activationArguments(activation: Activation): [code: number, slope: number] {
  return [ACTIVATION_CODES[activation.kind], activation.kind === "leakyRelu" ? activation.slope : 0];
}
