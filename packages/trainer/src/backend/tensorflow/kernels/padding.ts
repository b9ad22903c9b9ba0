import type * as tf from "@tensorflow/tfjs";
import type { ImageShape } from "../../kernel-call.ts";
import type { Scope, Value } from "../operations.ts";

/** How a convolution's zero padding is laid before TensorFlow. */
export interface Padding {
  /** The padding the op itself is told. */
  readonly name: "VALID" | "SAME";
  /** Shape of the input the op sees. */
  readonly paddedShape: ImageShape;
  /** The input as the op wants it. */
  pad(scope: Scope, x: Value): Value;
  /** The input's gradient from the op's. */
  cut(scope: Scope, dx: Value): Value;
}

/**
 * Lays a padding in pixels before TensorFlow: as SAME where that means the same, else as zeros around the input.
 *
 * TensorFlow has an EXPLICIT padding too, but its eager executor hands convolutions with it to Eigen instead of oneDNN, which
 * costs several times the copy made here.
 */
export function padding(info: tf.backend_util.Conv2DInfo): Padding {
  const { inHeight, inWidth, filterHeight, filterWidth, strideHeight, strideWidth, outHeight, outWidth } =
    info;
  const { top, left } = info.padInfo;
  // What a stride leaves over at the far side is seen by no filter and needs no zeros.
  const bottom = Math.max(0, (outHeight - 1) * strideHeight + filterHeight - top - inHeight);
  const right = Math.max(0, (outWidth - 1) * strideWidth + filterWidth - left - inWidth);
  const shape = info.inShape as ImageShape;
  const asIs = { pad: (_: Scope, x: Value) => x, cut: (_: Scope, dx: Value) => dx };
  if (top === 0 && left === 0 && bottom === 0 && right === 0)
    return { name: "VALID", paddedShape: shape, ...asIs };
  const isSame =
    isSameSide(inHeight, outHeight, strideHeight, top, bottom) &&
    isSameSide(inWidth, outWidth, strideWidth, left, right);
  if (isSame) return { name: "SAME", paddedShape: shape, ...asIs };
  const [batch, height, width, channels] = shape;
  return {
    name: "VALID",
    paddedShape: [batch, height + top + bottom, width + left + right, channels],
    pad: ({ op, integers }, x) =>
      op("Pad", [x, integers([0, 0, top, bottom, left, right, 0, 0], [4, 2])], {
        T: "float",
        Tpaddings: "int32",
      }),
    cut: ({ op, integers }, dx) =>
      op("Slice", [dx, integers([0, top, left, 0]), integers(shape)], { T: "float", Index: "int32" }),
  };
}

/** Whether TensorFlow's SAME, which puts an odd pixel at the far side, pads a side of an image like this. */
function isSameSide(input: number, output: number, stride: number, near: number, far: number): boolean {
  return output === Math.ceil(input / stride) && near === Math.floor((near + far) / 2);
}
