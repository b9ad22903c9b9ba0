import { type ImageShape, inputOf } from "../../kernel-call.ts";
import type { WebgpuKernel } from "../kernel.ts";
import { ELEMENTWISE_THREADS, runProgram } from "../program.ts";

type Paddings = readonly (readonly [before: number, after: number])[];

/** Every pixel gathers what its copies got: itself, and on each axis its mirror images at the start and at the end. */
const source = `
fn copies(at : i32, length : i32, before : i32, after : i32) -> vec3<i32> {
  var found = vec3<i32>(before + at, -1, -1);
  if (at >= 1 && at <= before) { found.y = before - at; }
  if (at <= length - 2 && at >= length - 1 - after) { found.z = before + 2 * (length - 1) - at; }
  return found;
}
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let channel = index % uniforms.channels;
  let column = index / uniforms.channels % uniforms.width;
  let line = index / (uniforms.channels * uniforms.width) % uniforms.height;
  let image = index / (uniforms.channels * uniforms.width * uniforms.height);
  let lines = copies(line, uniforms.height, uniforms.top, uniforms.bottom);
  let columns = copies(column, uniforms.width, uniforms.left, uniforms.right);
  let paddedHeight = uniforms.height + uniforms.top + uniforms.bottom;
  let paddedWidth = uniforms.width + uniforms.left + uniforms.right;
  var sum = 0.0;
  for (var i = 0; i < 3; i++) {
    if (lines[i] < 0) { continue; }
    for (var j = 0; j < 3; j++) {
      if (columns[j] < 0) { continue; }
      sum += dy[((image * paddedHeight + lines[i]) * paddedWidth + columns[j]) * uniforms.channels + channel];
    }
  }
  result[index] = sum;
}
`;

/** `MirrorPadGrad({ dy }, { paddings })` → gradient of the padded image, mirrored pixels included. */
export const mirrorPadGradient: WebgpuKernel = {
  name: "MirrorPadGrad",
  run(call) {
    const dy = inputOf(call, "dy");
    const { paddings } = call.attrs as unknown as { paddings: Paddings };
    const [, [top, bottom], [left, right]] = paddings as [unknown, ...[number, number][]] as [
      unknown,
      [number, number],
      [number, number],
    ];
    const [batch, paddedHeight, paddedWidth, channels] = dy.shape as unknown as ImageShape;
    const height = paddedHeight - top - bottom;
    const width = paddedWidth - left - right;
    return runProgram(call.backend, {
      key: "mirrorPadGradient",
      source,
      inputs: { dy },
      outputShape: [batch, height, width, channels],
      integers: { height, width, channels, top, bottom, left, right },
      threads: ELEMENTWISE_THREADS,
    });
  },
};
