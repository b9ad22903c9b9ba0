import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { convCounts, convShapes } from "./conv-shapes.ts";
import {
  plainDepthwiseFilterGradient,
  plainDepthwiseInputGradient,
  plainFilterGradient,
} from "./reference-loops.ts";
import { BUILDS, largestDifference, makeArena, noise, trainingKernels } from "./test-bench.ts";

const zeroPadded = convShapes.map((shape) => ({ ...shape, padding: "zero" as const }));

describe.each(BUILDS)("convolution gradients, %s build", (build) => {
  const kernels = trainingKernels(build);

  it("conv2dFilterGradient equals plain loops", () => {
    fc.assert(
      fc.property(zeroPadded, fc.nat(), (shape, seed) => {
        const { kernelH, kernelW, channelsIn, channelsOut, stride, outputH, outputW } = shape;
        const counts = convCounts(shape);
        const input = noise(counts.input, seed);
        const dy = noise(counts.output, seed + 1);
        const arena = makeArena(kernels.memory);
        const gradient = arena.reserve(counts.filter * 4);
        const guard = arena.put([7]);
        const scratch = arena.reserve(
          kernels.conv2dFilterGradientScratchBytes(
            kernelH,
            kernelW,
            channelsIn,
            channelsOut,
            stride,
            outputH,
            outputW,
          ),
        );
        const guardBehindScratch = arena.put([8]);
        kernels.conv2dFilterGradient(
          arena.put(input),
          shape.batch,
          shape.inputH,
          shape.inputW,
          channelsIn,
          arena.put(dy),
          kernelH,
          kernelW,
          stride,
          shape.top,
          shape.left,
          outputH,
          outputW,
          channelsOut,
          gradient,
          scratch,
        );
        const expected = plainFilterGradient(input, dy, shape);
        expect(largestDifference(arena.get(gradient, counts.filter), expected)).toBeLessThan(1e-4);
        expect([...arena.get(guard, 1), ...arena.get(guardBehindScratch, 1)]).toEqual([7, 8]);
      }),
      { numRuns: 400 },
    );
  });

  it("depthwise input and filter gradients equal plain loops", () => {
    fc.assert(
      fc.property(zeroPadded, fc.nat(), (shape, seed) => {
        const { batch, inputH, inputW, channelsIn, kernelH, kernelW, stride, top, left, outputH, outputW } =
          shape;
        const input = noise(convCounts(shape).input, seed);
        const filter = noise(kernelH * kernelW * channelsIn, seed + 1);
        const dy = noise(batch * outputH * outputW * channelsIn, seed + 2);
        const arena = makeArena(kernels.memory);
        const inputAt = arena.put(input);
        const dyAt = arena.put(dy);
        const packed = arena.reserve(
          kernels.packedDepthwiseInputGradientBytes(kernelH, kernelW, channelsIn, stride),
        );
        const guardBehindPacked = arena.put([6]);
        const dx = arena.reserve(input.length * 4);
        const filterGradient = arena.reserve(filter.length * 4);
        const guard = arena.put([7]);
        const scratch = arena.reserve(
          Math.max(
            kernels.transposedConv2dScratchBytes(kernelH, kernelW, channelsIn),
            kernels.depthwiseFilterGradientScratchBytes(
              kernelH,
              kernelW,
              channelsIn,
              stride,
              outputH,
              outputW,
            ),
          ),
        );
        const guardBehindScratch = arena.put([8]);
        kernels.packDepthwiseInputGradient(
          arena.put(filter),
          kernelH,
          kernelW,
          channelsIn,
          stride,
          top,
          left,
          packed,
        );
        kernels.depthwiseInputGradient(
          dyAt,
          batch,
          outputH,
          outputW,
          channelsIn,
          packed,
          kernelH,
          kernelW,
          stride,
          top,
          left,
          dx,
          inputH,
          inputW,
          scratch,
        );
        const expectedDx = plainDepthwiseInputGradient(dy, filter, shape);
        expect(largestDifference(arena.get(dx, input.length), expectedDx)).toBeLessThan(1e-4);
        kernels.depthwiseFilterGradient(
          inputAt,
          batch,
          inputH,
          inputW,
          channelsIn,
          dyAt,
          kernelH,
          kernelW,
          stride,
          top,
          left,
          outputH,
          outputW,
          filterGradient,
          scratch,
        );
        const expectedDw = plainDepthwiseFilterGradient(input, dy, shape);
        expect(largestDifference(arena.get(filterGradient, filter.length), expectedDw)).toBeLessThan(1e-4);
        const guards = [guardBehindPacked, guard, guardBehindScratch].flatMap((at) => [...arena.get(at, 1)]);
        expect(guards).toEqual([6, 7, 8]);
      }),
      { numRuns: 250 },
    );
  });
});
