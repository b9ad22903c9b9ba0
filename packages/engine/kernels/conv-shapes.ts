import * as fc from "fast-check";
import type { ConvShape } from "./reference-loops.ts";

const channels = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(12, 16, 17, 24, 32));

/** Draws convolution shapes whose output is not empty and whose reflection stays within the image. */
export const convShapes: fc.Arbitrary<ConvShape> = fc
  .record({
    batch: fc.constantFrom(1, 1, 2, 3),
    inputH: fc.integer({ min: 1, max: 14 }),
    inputW: fc.integer({ min: 1, max: 14 }),
    channelsIn: channels,
    channelsOut: channels,
    kernelH: fc.integer({ min: 1, max: 7 }),
    kernelW: fc.integer({ min: 1, max: 7 }),
    stride: fc.constantFrom(1, 1, 2, 3),
    edges: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3)),
    padding: fc.constantFrom<"zero" | "reflect">("zero", "reflect"),
  })
  .map(({ edges: [top, bottom, left, right], ...shape }) => {
    const { inputH, inputW, kernelH, kernelW, stride, padding } = shape;
    const fit = (edge: number, side: number, kernel: number): number =>
      Math.min(edge, padding === "reflect" ? side - 1 : kernel - 1);
    const t = fit(top, inputH, kernelH);
    const l = fit(left, inputW, kernelW);
    const out = (side: number, before: number, after: number, kernel: number): number =>
      Math.floor((side + before + fit(after, side, kernel) - kernel) / stride) + 1;
    return {
      ...shape,
      top: t,
      left: l,
      outputH: out(inputH, t, bottom, kernelH),
      outputW: out(inputW, l, right, kernelW),
    };
  })
  .filter((shape) => shape.outputH > 0 && shape.outputW > 0);

/** Counts of the floats a convolution reads and writes. */
export function convCounts(shape: ConvShape): { input: number; filter: number; output: number } {
  return {
    input: shape.batch * shape.inputH * shape.inputW * shape.channelsIn,
    filter: shape.kernelH * shape.kernelW * shape.channelsIn * shape.channelsOut,
    output: shape.batch * shape.outputH * shape.outputW * shape.channelsOut,
  };
}
