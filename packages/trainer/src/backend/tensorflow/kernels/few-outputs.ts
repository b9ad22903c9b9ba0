import type * as tf from "@tensorflow/tfjs";
import type { Attributes, Scope, Value } from "../operations.ts";

type ConvInfo = tf.backend_util.Conv2DInfo;

/** Attributes of a convolution that neither pads nor skips. */
const plain: Attributes = {
  T: "float",
  strides: [1, 1, 1, 1],
  dilations: [1, 1, 1, 1],
  data_format: "NHWC",
  padding: "VALID",
};

const transposed: Attributes = { T: "float", Tperm: "int32" };

/** A large kernel with a handful of outputs at stride 1, such as the generators' 7×7 head with its three colours. */
function isLargeWithFewOutputs(info: ConvInfo): boolean {
  const { outChannels, filterHeight, filterWidth, strideHeight, strideWidth } = info;
  return outChannels <= 4 && filterHeight >= 5 && filterWidth >= 5 && strideHeight === 1 && strideWidth === 1;
}

/**
 * Whether a convolution is faster column by column of its kernel. A CPU's vectors are as wide as sixteen outputs, so three of
 * them leave most of each idle; the kernel's columns taken as outputs of their own fill them.
 */
export function suitsColumns(info: ConvInfo): boolean {
  const { top, bottom, left, right } = info.padInfo;
  return isLargeWithFewOutputs(info) && top === 0 && bottom === 0 && left === 0 && right === 0;
}

/** y = Σ over columns l of (x ∗ column l), shifted by l: a tall convolution, and a wide one that only shifts and adds. */
export function convByColumns(scope: Scope, info: ConvInfo, x: Value, filter: Value): Value {
  const { op, integers, reshape } = scope;
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  const turned = op("Transpose", [filter, integers([0, 2, 1, 3])], transposed);
  const columns = reshape(turned, [filterHeight, 1, inChannels, filterWidth * outChannels]);
  const tall = op("Conv2D", [x, columns], plain);
  return op("Conv2D", [tall, gatherColumns(scope, info)], plain);
}

/** The filter gradient of {@link convByColumns}: dy spread over the columns, then one tall filter gradient. */
export function filterGradientByColumns(scope: Scope, info: ConvInfo, x: Value, dy: Value): Value {
  const { op, integers, reshape } = scope;
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  const margin = filterWidth - 1;
  const padded = op("Pad", [dy, integers([0, 0, 0, 0, margin, margin, 0, 0], [4, 2])], {
    T: "float",
    Tpaddings: "int32",
  });
  const spread = op("Conv2D", [padded, spreadColumns(scope, info)], plain);
  const shape = integers([filterHeight, 1, inChannels, filterWidth * outChannels]);
  const gradient = op("Conv2DBackpropFilter", [x, shape, spread], plain);
  const columns = reshape(gradient, [filterHeight, inChannels, filterWidth, outChannels]);
  return op("Transpose", [columns, integers([0, 2, 1, 3])], transposed);
}

/** Kernel `[1, width, width · outputs, outputs]` that takes output f of column l from l pixels to the right. */
function gatherColumns({ floats }: Scope, { filterWidth: width, outChannels: outputs }: ConvInfo): Value {
  return floats(`gather columns ${width} ${outputs}`, [1, width, width * outputs, outputs], (values) => {
    for (let l = 0; l < width; l++)
      for (let f = 0; f < outputs; f++) values[((l * width + l) * outputs + f) * outputs + f] = 1;
  });
}

/** Kernel `[1, width, outputs, width · outputs]` that puts output f on column l, l pixels to the left, of a padded dy. */
function spreadColumns({ floats }: Scope, { filterWidth: width, outChannels: outputs }: ConvInfo): Value {
  return floats(`spread columns ${width} ${outputs}`, [1, width, outputs, width * outputs], (values) => {
    for (let l = 0; l < width; l++)
      for (let f = 0; f < outputs; f++)
        values[((width - 1 - l) * outputs + f) * width * outputs + l * outputs + f] = 1;
  });
}

/** Whether the input gradient is faster as a convolution of dy: TensorFlow's own is slow here without oneDNN. */
export function suitsRotation(info: ConvInfo): boolean {
  const { filterHeight, filterWidth } = info;
  const { top, bottom, left, right } = info.padInfo;
  return (
    isLargeWithFewOutputs(info) && Math.max(top, bottom) < filterHeight && Math.max(left, right) < filterWidth
  );
}

/** The input gradient as what it is at stride 1: a full convolution of dy by the kernel turned by half a turn. */
export function inputGradientByRotation(scope: Scope, info: ConvInfo, dy: Value, filter: Value): Value {
  const { op, integers } = scope;
  const { filterHeight, filterWidth, padInfo } = info;
  const turned = op("ReverseV2", [filter, integers([0, 1])], { T: "float", Tidx: "int32" });
  const swapped = op("Transpose", [turned, integers([0, 1, 3, 2])], transposed);
  const [bottom, right] = [filterHeight - 1 - padInfo.bottom, filterWidth - 1 - padInfo.right];
  const [top, left] = [filterHeight - 1 - padInfo.top, filterWidth - 1 - padInfo.left];
  const full = op("Pad", [dy, integers([0, 0, top, bottom, left, right, 0, 0], [4, 2])], {
    T: "float",
    Tpaddings: "int32",
  });
  return op("Conv2D", [full, swapped], plain);
}
