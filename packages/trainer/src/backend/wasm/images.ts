import * as tf from "@tensorflow/tfjs";
import { type ImageShape, inputOf } from "../kernel-call.ts";
import type { WasmKernel } from "./kernel.ts";

type Paddings = readonly (readonly [before: number, after: number])[];

/** Paddings of an image's rows and columns, or undefined where other axes are padded too. */
function spatial(
  paddings: Paddings,
): readonly [top: number, bottom: number, left: number, right: number] | undefined {
  const [batch, rows, columns, channels] = paddings;
  if (!batch || !rows || !columns || !channels) return undefined;
  if ([...batch, ...channels].some((padding) => padding !== 0)) return undefined;
  return [...rows, ...columns];
}

const mirrorPad: WasmKernel = {
  name: tf.MirrorPad,
  run(call, { kernels, address, output }) {
    const x = inputOf(call, "x");
    const { paddings, mode } = call.attrs as unknown as tf.MirrorPadAttrs;
    const edges = spatial(paddings);
    if (!edges || mode !== "reflect" || x.dtype !== "float32") return undefined;
    const [top, bottom, left, right] = edges;
    const [batch, height, width, channels] = x.shape as unknown as ImageShape;
    const y = output([batch, height + top + bottom, width + left + right, channels]);
    kernels.mirrorPad(address(x), batch, height, width, channels, top, bottom, left, right, address(y));
    return y;
  },
};

/** `MirrorPadGrad({ dy }, { paddings })` → gradient of the padded image, mirrored pixels included. */
const mirrorPadGrad: WasmKernel = {
  name: "MirrorPadGrad",
  run(call, { kernels, address, output }) {
    const dy = inputOf(call, "dy");
    const edges = spatial((call.attrs as unknown as { paddings: Paddings }).paddings);
    if (!edges) return undefined;
    const [top, bottom, left, right] = edges;
    const [batch, paddedHeight, paddedWidth, channels] = dy.shape as unknown as ImageShape;
    const height = paddedHeight - top - bottom;
    const width = paddedWidth - left - right;
    const dx = output([batch, height, width, channels]);
    kernels.mirrorPadGradient(
      address(dy),
      batch,
      height,
      width,
      channels,
      top,
      bottom,
      left,
      right,
      address(dx),
    );
    return dx;
  },
};

const resizeNearestNeighborGrad: WasmKernel = {
  name: tf.ResizeNearestNeighborGrad,
  run(call, { kernels, address, output }) {
    const images = inputOf(call, "images");
    const dy = inputOf(call, "dy");
    const { alignCorners } = call.attrs as unknown as tf.ResizeNearestNeighborGradAttrs;
    const [batch, height, width, channels] = images.shape as unknown as ImageShape;
    const [, outputHeight, outputWidth] = dy.shape as unknown as ImageShape;
    // Only whole factors: there every implementation agrees on which pixel was copied.
    if (alignCorners || outputHeight % height !== 0 || outputWidth % width !== 0) return undefined;
    const dx = output(images.shape);
    kernels.resizeNearestGradient(
      address(dy),
      batch,
      height,
      width,
      channels,
      outputHeight,
      outputWidth,
      address(dx),
    );
    return dx;
  },
};

/** Reflection padding and the gradients of padding and resizing. */
export const imageKernels: readonly WasmKernel[] = [mirrorPad, mirrorPadGrad, resizeNearestNeighborGrad];
