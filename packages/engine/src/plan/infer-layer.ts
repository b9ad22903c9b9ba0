import { unsupported } from "../errors.ts";
import type { Margins } from "../graph-model/graph.ts";
import type { ConvLayer, Layer, TransposedConvLayer } from "../recognise/layers.ts";
import { Misfit } from "./misfit.ts";
import { formatShape, type Shape } from "./shape.ts";

/** What a layer makes of its inputs: its output's shape and, for convolutions, the pixels outside the image it reads. */
export interface Inferred {
  readonly shape: Shape;
  readonly top: number;
  readonly left: number;
}

/**
 * Proves that a layer can run on inputs of these shapes.
 *
 * @throws EngineError `unsupported_op` when no size would do (channels, kinds)
 * @throws Misfit when the sides do not suit
 */
export function inferLayer(
  layer: Layer,
  inputs: readonly Shape[],
  { sizes, exact }: { readonly sizes: readonly number[] | undefined; readonly exact: boolean },
): Inferred {
  const input = inputs[0]!;
  switch (layer.kind) {
    case "conv":
    case "depthwiseConv":
      return inferConv(layer, input, exact);
    case "transposedConv":
      return inferTransposedConv(layer, input, sizes!);
    case "reflectPad": {
      requireMirror(layer, input, layer.margins);
      const { top, bottom, left, right } = layer.margins;
      return same({ ...input, height: input.height + top + bottom, width: input.width + left + right });
    }
    case "resize": {
      const [height, width] = sizes!;
      if (sizes!.length !== 2 || !(height! > 0) || !(width! > 0)) {
        throw unsupported(layer, `its size is [${sizes}]; it must be [height, width]`);
      }
      if (height! % input.height !== 0 || width! % input.width !== 0) {
        throw unsupported(
          layer,
          `it turns ${formatShape(input)} into ${width}×${height}; only whole factors are supported`,
        );
      }
      return same({ height: height!, width: width!, channels: input.channels });
    }
    case "norm":
    case "add": {
      const other = inputs[1];
      if (other) requireSameSides(layer, input, other);
      if (other && other.channels !== input.channels) {
        throw unsupported(layer, `it adds ${input.channels} to ${other.channels} channels; they must agree`);
      }
      return same(input);
    }
    case "concat": {
      if (inputs.length !== 2)
        throw unsupported(layer, `it joins ${inputs.length} images; two are supported`);
      requireSameSides(layer, input, inputs[1]!);
      return same({ ...input, channels: input.channels + inputs[1]!.channels });
    }
    case "activation":
      return same(input);
  }
}

function inferConv(layer: ConvLayer, input: Shape, exact: boolean): Inferred {
  const [height, width, channelsIn, last] = layer.filter.shape as [number, number, number, number];
  requireChannels(layer, input, channelsIn);
  const { stride } = layer;
  if (exact && (input.height % stride !== 0 || input.width % stride !== 0)) {
    throw new Misfit(`"${layer.name}" cannot halve ${formatShape(input)} without losing pixels`);
  }
  const margins = layer.padding === "SAME" ? sameMargins(input, height, width, stride) : layer.padding;
  if (layer.border === "reflect") requireMirror(layer, input, margins);
  const { top, bottom, left, right } = margins;
  const shape = {
    height: Math.floor((input.height + top + bottom - height) / stride) + 1,
    width: Math.floor((input.width + left + right - width) / stride) + 1,
    channels: layer.kind === "conv" ? last : channelsIn,
  };
  if (shape.height < 1 || shape.width < 1) {
    throw new Misfit(`"${layer.name}" finds no ${width}×${height} window in ${formatShape(input)}`);
  }
  return { shape, top, left };
}

function inferTransposedConv(layer: TransposedConvLayer, input: Shape, sizes: readonly number[]): Inferred {
  const [kernelHeight, kernelWidth, channelsOut, channelsIn] = layer.filter.shape as [
    number,
    number,
    number,
    number,
  ];
  requireChannels(layer, input, channelsIn);
  const [batch, height, width, channels] = sizes;
  if (sizes.length !== 4 || batch !== 1 || channels !== channelsOut || !(height! > 0) || !(width! > 0)) {
    throw unsupported(layer, `its output shape is [${sizes}]; it must be [1, height, width, ${channelsOut}]`);
  }
  const shape = { height: height!, width: width!, channels: channelsOut };
  const { stride } = layer;
  const { top, bottom, left, right } = layer.margins;
  // A transposed convolution to this shape exists when the convolution from it gives the input's shape.
  const backHeight = Math.floor((shape.height + top + bottom - kernelHeight) / stride) + 1;
  const backWidth = Math.floor((shape.width + left + right - kernelWidth) / stride) + 1;
  if (backHeight !== input.height || backWidth !== input.width) {
    throw unsupported(
      layer,
      `its paddings and strides do not lead from ${formatShape(input)} to ${formatShape(shape)}`,
    );
  }
  return { shape, top, left };
}

function sameMargins(input: Shape, kernelHeight: number, kernelWidth: number, stride: number): Margins {
  const [top, bottom] = sameSide(input.height, kernelHeight, stride);
  const [left, right] = sameSide(input.width, kernelWidth, stride);
  return { top, bottom, left, right };
}

/** TensorFlow's SAME: output side = ceil(side / stride), the odd pixel of padding goes behind. */
function sameSide(side: number, kernel: number, stride: number): [number, number] {
  const total = Math.max(0, (Math.ceil(side / stride) - 1) * stride + kernel - side);
  const before = Math.floor(total / 2);
  return [before, total - before];
}

function requireMirror(layer: Layer, input: Shape, { top, bottom, left, right }: Margins): void {
  if (Math.max(top, bottom) >= input.height || Math.max(left, right) >= input.width) {
    throw new Misfit(
      `"${layer.name}" cannot mirror ${Math.max(top, bottom, left, right)} pixels of ${formatShape(input)}`,
    );
  }
}

function requireSameSides(layer: Layer, a: Shape, b: Shape): void {
  if (a.height !== b.height || a.width !== b.width) {
    throw new Misfit(`"${layer.name}" joins ${formatShape(a)} and ${formatShape(b)}`);
  }
}

function requireChannels(layer: Layer, input: Shape, channels: number): void {
  if (input.channels !== channels) {
    throw unsupported(layer, `its filter reads ${channels} channels and the input has ${input.channels}`);
  }
}

function same(shape: Shape): Inferred {
  return { shape, top: 0, left: 0 };
}
