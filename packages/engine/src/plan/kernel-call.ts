import type { Activation, Layer } from "../recognise/layers.ts";
import type { KernelName } from "../runtime/kernels.ts";
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
  /** Address of the packed weights. */
  readonly packed: number;
  readonly scratch: number;
}

const BATCH = 1;
const ACTIVATION_CODES = { none: 0, relu: 1, leakyRelu: 2, tanh: 3, sigmoid: 4 } as const;
const BORDER_CODES = { zero: 0, reflect: 1 } as const;

/** Chooses the kernel of a layer and writes its arguments in the order `assembly/` declares them. */
export function callKernel(layer: Layer, context: CallContext): KernelCall {
  const { output, margins, packed, scratch } = context;
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
      return layer.kind === "conv"
        ? { kernel: "conv2d", args: [...from, ...window, border, ...to, channels, ...ending] }
        : { kernel: "depthwiseConv2d", args: [...from, ...window, border, ...to, ...ending] };
    }
    case "transposedConv": {
      const [height, width] = layer.filter.shape as [number, number];
      const window = [packed, height, width, layer.stride, margins.top, margins.left];
      const ending = [...activationArguments(layer.activation), scratch];
      return { kernel: "transposedConv2d", args: [...from, ...window, ...to, channels, ...ending] };
    }
    case "norm": {
      const statistics = [scratch, scratch + statisticsBytes(channels)];
      const pixels = output.shape.height * output.shape.width;
      return {
        kernel: "instanceNorm",
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
