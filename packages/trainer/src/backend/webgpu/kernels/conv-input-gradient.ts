import * as tf from "@tensorflow/tfjs";
import { inputOf } from "../../kernel-call.ts";
import type { WebgpuKernel } from "../kernel.ts";
import { release } from "../program.ts";
import { coveredConv } from "./conv-shape.ts";
import { readQuad, writeQuad } from "./quad.ts";
import { sumSlices } from "./sum-slices.ts";
import { swapFilterAxes } from "./swap-filter-axes.ts";
import { tiledProduct } from "./tiled-product.ts";

/**
 * Pixels whose coordinates leave the same remainders by the strides (a phase) meet the same taps of the filter, so each
 * phase is a product of its own without a multiplication by zero. Rows are the phase's pixels, columns the input
 * channels, and the sum runs over the phase's taps and the output channels:
 * dx[y, x, c] = Σ dy[(y + top − tapY) / strideY, (x + left − tapX) / strideX, f] · W[tap, c, f].
 */
function source(wholeQuads: boolean): string {
  return `
fn stride() -> vec2<i32> { return vec2<i32>(uniforms.strideY, uniforms.strideX); }
fn phase() -> vec2<i32> { return vec2<i32>(product / uniforms.strideX, product % uniforms.strideX); }
fn firstTap() -> vec2<i32> { return (phase() + vec2<i32>(uniforms.top, uniforms.left)) % stride(); }
fn tapCounts() -> vec2<i32> {
  return (vec2<i32>(uniforms.kernelHeight, uniforms.kernelWidth) - firstTap() + stride() - 1) / stride();
}
fn loadLeft(row : i32, k : i32) -> vec4<f32> {
  var values = vec4<f32>(0.0);
  let counts = tapCounts();
  if (k >= counts.x * counts.y * uniforms.filters) { return values; }
  let number = k / uniforms.filters;
  let output = k - number * uniforms.filters;
  let tap = vec2<i32>(number / counts.y, number % counts.y);
  let corner = (phase() + vec2<i32>(uniforms.top, uniforms.left) - firstTap()) / stride() - tap;
  for (var i = 0; i < 4; i++) {
    let line = (row + i) / uniforms.phaseWidth;
    let image = line / uniforms.phaseHeight;
    let position = corner + vec2<i32>(line - image * uniforms.phaseHeight, row + i - line * uniforms.phaseWidth);
    if (row + i < uniforms.rows && all(position >= vec2<i32>(0))
      && all(position < vec2<i32>(uniforms.outHeight, uniforms.outWidth))) {
      let at = (image * uniforms.outHeight + position.x) * uniforms.outWidth + position.y;
      values[i] = dy[at * uniforms.filters + output];
    }
  }
  return values;
}
${readQuad("readKernel", "kernel", "uniforms.channels", wholeQuads)}
fn loadRight(k : i32, column : i32) -> vec4<f32> {
  let counts = tapCounts();
  if (k >= counts.x * counts.y * uniforms.filters) { return vec4<f32>(0.0); }
  let number = k / uniforms.filters;
  let tap = firstTap() + stride() * vec2<i32>(number / counts.y, number % counts.y);
  let at = (tap.x * uniforms.kernelWidth + tap.y) * uniforms.filters + k % uniforms.filters;
  return readKernel(at * uniforms.channels, column);
}
${writeQuad("writeResult", "uniforms.channels")}
fn store(row : i32, column : i32, values : vec4<f32>) {
  let position = phase() + stride()
    * vec2<i32>(row / uniforms.phaseWidth % uniforms.phaseHeight, row % uniforms.phaseWidth);
  if (row >= uniforms.rows || any(position >= vec2<i32>(uniforms.height, uniforms.width))) { return; }
  let image = slice * uniforms.batch + row / (uniforms.phaseWidth * uniforms.phaseHeight);
  let at = (image * uniforms.height + position.x) * uniforms.width + position.y;
  writeResult(at * uniforms.channels, column, values);
}`;
}

/** Input gradient of a convolution, which tfjs also calls for the transposed convolution itself. */
export const convInputGradient: WebgpuKernel = {
  name: tf.Conv2DBackpropInput,
  run(call) {
    const { backend } = call;
    const dy = inputOf(call, "dy");
    const filter = inputOf(call, "filter");
    const { inputShape } = call.attrs as unknown as tf.Conv2DBackpropInputAttrs;
    const numbers = coveredConv(call, inputShape, filter.shape, false);
    if (!numbers) return undefined;
    const { batch, height, width, channels, filters, kernelHeight, kernelWidth, strideY, strideX } = numbers;
    const phaseHeight = Math.ceil(height / strideY);
    const phaseWidth = Math.ceil(width / strideX);
    const rows = batch * phaseHeight * phaseWidth;
    // With the input channels last, neighbouring threads read neighbouring weights.
    const kernel = swapFilterAxes(backend, filter);
    const wholeQuads = channels % 4 === 0;
    const { parts, slices } = tiledProduct(backend, {
      key: "convInputGradient",
      source: source(wholeQuads),
      inputs: { dy, kernel },
      wide: wholeQuads ? ["kernel"] : [],
      integers: { ...numbers, rows, phaseHeight, phaseWidth },
      rows,
      columns: channels,
      depth: Math.ceil(kernelHeight / strideY) * Math.ceil(kernelWidth / strideX) * filters,
      products: strideY * strideX,
      leftAlong: "k",
      outputShape: inputShape,
    });
    release(backend, kernel);
    return slices === 1 ? parts : sumSlices(backend, parts, slices, 1, inputShape);
  },
};
