import * as tf from "@tensorflow/tfjs";
import { inputOf } from "../../kernel-call.ts";
import type { WebgpuKernel } from "../kernel.ts";
import { coveredConv } from "./conv-shape.ts";
import { readQuad, writeQuad } from "./quad.ts";
import { sumSlices } from "./sum-slices.ts";
import { tiledProduct } from "./tiled-product.ts";

/**
 * Rows are the filter's taps and input channels, columns its output channels, and the sum runs over output pixels:
 * dW[tap, c, f] = Σ x[pixel · stride + tap − padding, c] · dy[pixel, f].
 */
function source(wholeQuads: { readonly x: boolean; readonly dy: boolean }): string {
  // Whole quads of channels share a tap, and lie side by side.
  const fill = wholeQuads.x
    ? "let at = address(corner, image, row); if (at >= 0) { values = x[at / 4]; }"
    : `for (var i = 0; i < 4; i++) {
    let at = address(corner, image, row + i);
    if (at >= 0) { values[i] = x[at]; }
  }`;
  return `
fn address(corner : vec2<i32>, image : i32, row : i32) -> i32 {
  let tap = row / uniforms.channels;
  let position = corner + vec2<i32>(tap / uniforms.kernelWidth, tap % uniforms.kernelWidth);
  if (row >= uniforms.rows || any(position < vec2<i32>(0))
    || any(position >= vec2<i32>(uniforms.height, uniforms.width))) { return -1; }
  return ((image * uniforms.height + position.x) * uniforms.width + position.y - tap) * uniforms.channels + row;
}
fn loadLeft(row : i32, k : i32) -> vec4<f32> {
  var values = vec4<f32>(0.0);
  if (k >= uniforms.pixels) { return values; }
  let line = k / uniforms.outWidth;
  let image = line / uniforms.outHeight;
  let corner = vec2<i32>(line - image * uniforms.outHeight, k - line * uniforms.outWidth)
    * vec2<i32>(uniforms.strideY, uniforms.strideX) - vec2<i32>(uniforms.top, uniforms.left);
  ${fill}
  return values;
}
${readQuad("readDy", "dy", "uniforms.filters", wholeQuads.dy)}
fn loadRight(k : i32, column : i32) -> vec4<f32> {
  if (k >= uniforms.pixels) { return vec4<f32>(0.0); }
  return readDy(k * uniforms.filters, column);
}
${writeQuad("writeResult", "uniforms.filters")}
fn store(row : i32, column : i32, values : vec4<f32>) {
  if (row >= uniforms.rows) { return; }
  writeResult((slice * uniforms.rows + row) * uniforms.filters, column, values);
}`;
}

/** Filter gradient of a convolution; the stock kernel computes each of its elements on one thread. */
export const convFilterGradient: WebgpuKernel = {
  name: tf.Conv2DBackpropFilter,
  run(call) {
    const { backend } = call;
    const x = inputOf(call, "x");
    const dy = inputOf(call, "dy");
    const { filterShape } = call.attrs as unknown as tf.Conv2DBackpropFilterAttrs;
    const numbers = coveredConv(call, x.shape, filterShape, false);
    if (!numbers) return undefined;
    const { batch, channels, filters, kernelHeight, kernelWidth, outHeight, outWidth } = numbers;
    const rows = kernelHeight * kernelWidth * channels;
    const pixels = batch * outHeight * outWidth;
    const wholeQuads = { x: channels % 4 === 0, dy: filters % 4 === 0 };
    const { parts, slices } = tiledProduct(backend, {
      key: "convFilterGradient",
      source: source(wholeQuads),
      inputs: { x, dy },
      wide: [...(wholeQuads.x ? ["x"] : []), ...(wholeQuads.dy ? ["dy"] : [])],
      integers: {
        rows,
        pixels,
        channels,
        filters,
        outHeight,
        outWidth,
        kernelWidth,
        height: numbers.height,
        width: numbers.width,
        strideY: numbers.strideY,
        strideX: numbers.strideX,
        top: numbers.top,
        left: numbers.left,
      },
      rows,
      columns: filters,
      depth: pixels,
      products: 1,
      leftAlong: "row",
      outputShape: filterShape,
    });
    return slices === 1 ? parts : sumSlices(backend, parts, slices, 1, filterShape);
  },
};
