import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { convCounts, convShapes } from "./conv-shapes.ts";
import { ACTIVATION, PADDING } from "./inference-kernels.ts";
import { plainConv2d, plainDepthwiseConv2d, plainInputGradient } from "./reference-loops.ts";
import { BUILDS, inferenceKernels, largestDifference, makeArena, noise } from "./test-bench.ts";

const SLOPE = 0.2;
const activations = fc.constantFrom(...(Object.keys(ACTIVATION) as (keyof typeof ACTIVATION)[]));

function activated(values: Float64Array, name: keyof typeof ACTIVATION): Float64Array {
  const functions = {
    none: (x: number) => x,
    relu: (x: number) => Math.max(x, 0),
    leakyRelu: (x: number) => (x < 0 ? SLOPE * x : x),
    tanh: Math.tanh,
    sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
  };
  return values.map(functions[name]);
}

function withBias(values: Float64Array, bias: Float32Array): Float64Array {
  return values.map((value, i) => value + bias[i % bias.length]!);
}

describe.each(BUILDS)("convolutions, %s build", (build) => {
  const kernels = inferenceKernels(build);

  it("conv2d equals plain loops for any shape, stride, padding, bias and activation", () => {
    fc.assert(
      fc.property(convShapes, activations, fc.boolean(), fc.nat(), (shape, activation, biased, seed) => {
        const counts = convCounts(shape);
        const input = noise(counts.input, seed);
        const filter = noise(counts.filter, seed + 1);
        const bias = noise(shape.channelsOut, seed + 2);
        const { batch, inputH, inputW, channelsIn, kernelH, kernelW, stride, outputH, outputW, channelsOut } =
          shape;
        const arena = makeArena(kernels.memory);
        const packed = arena.reserve(kernels.packedConv2dBytes(kernelH, kernelW, channelsIn, channelsOut));
        kernels.packConv2d(
          arena.put(filter),
          biased ? arena.put(bias) : 0,
          kernelH,
          kernelW,
          channelsIn,
          channelsOut,
          packed,
        );
        const output = arena.reserve(counts.output * 4);
        const guard = arena.put([7]);
        const scratch = arena.reserve(
          kernels.conv2dScratchBytes(kernelH, kernelW, channelsIn, stride, outputH, outputW),
        );
        const guardBehindScratch = arena.put([8]);
        kernels.conv2d(
          arena.put(input),
          batch,
          inputH,
          inputW,
          channelsIn,
          packed,
          kernelH,
          kernelW,
          stride,
          shape.top,
          shape.left,
          PADDING[shape.padding],
          output,
          outputH,
          outputW,
          channelsOut,
          ACTIVATION[activation],
          SLOPE,
          scratch,
        );
        const plain = plainConv2d(input, filter, shape);
        const expected = activated(biased ? withBias(plain, bias) : plain, activation);
        expect(largestDifference(arena.get(output, counts.output), expected)).toBeLessThan(1e-4);
        expect([...arena.get(guard, 1), ...arena.get(guardBehindScratch, 1)]).toEqual([7, 8]);
      }),
      { numRuns: 300 },
    );
  });

  it("depthwiseConv2d equals plain loops", () => {
    fc.assert(
      fc.property(convShapes, activations, fc.boolean(), fc.nat(), (shape, activation, biased, seed) => {
        const { batch, inputH, inputW, channelsIn, kernelH, kernelW, outputH, outputW } = shape;
        const input = noise(convCounts(shape).input, seed);
        const filter = noise(kernelH * kernelW * channelsIn, seed + 1);
        const bias = noise(channelsIn, seed + 2);
        const outputCount = batch * outputH * outputW * channelsIn;
        const arena = makeArena(kernels.memory);
        const packed = arena.reserve(kernels.packedDepthwiseConv2dBytes(kernelH, kernelW, channelsIn));
        const biasAt = biased ? arena.put(bias) : 0;
        kernels.packDepthwiseConv2d(arena.put(filter), biasAt, kernelH, kernelW, channelsIn, packed);
        const output = arena.reserve(outputCount * 4);
        const guard = arena.put([7]);
        const scratch = arena.reserve(
          kernels.conv2dScratchBytes(kernelH, kernelW, channelsIn, shape.stride, outputH, outputW),
        );
        const guardBehindScratch = arena.put([8]);
        kernels.depthwiseConv2d(
          arena.put(input),
          batch,
          inputH,
          inputW,
          channelsIn,
          packed,
          kernelH,
          kernelW,
          shape.stride,
          shape.top,
          shape.left,
          PADDING[shape.padding],
          output,
          outputH,
          outputW,
          ACTIVATION[activation],
          SLOPE,
          scratch,
        );
        const plain = plainDepthwiseConv2d(input, filter, shape);
        const expected = activated(biased ? withBias(plain, bias) : plain, activation);
        expect(largestDifference(arena.get(output, outputCount), expected)).toBeLessThan(1e-5);
        expect([...arena.get(guard, 1), ...arena.get(guardBehindScratch, 1)]).toEqual([7, 8]);
      }),
      { numRuns: 200 },
    );
  });

  it("transposedConv2d equals the input gradient of a zero-padded convolution", () => {
    fc.assert(
      fc.property(convShapes, activations, fc.boolean(), fc.nat(), (drawn, activation, biased, seed) => {
        const shape = { ...drawn, padding: "zero" as const };
        const { batch, inputH, inputW, channelsIn, kernelH, kernelW, stride, outputH, outputW, channelsOut } =
          shape;
        const counts = convCounts(shape);
        const gradient = noise(counts.output, seed);
        const filter = noise(counts.filter, seed + 1);
        const bias = noise(channelsIn, seed + 2);
        const arena = makeArena(kernels.memory);
        const packed = arena.reserve(
          kernels.packedTransposedConv2dBytes(kernelH, kernelW, channelsOut, channelsIn, stride),
        );
        kernels.packTransposedConv2d(
          arena.put(filter),
          biased ? arena.put(bias) : 0,
          kernelH,
          kernelW,
          channelsOut,
          channelsIn,
          stride,
          shape.top,
          shape.left,
          packed,
        );
        const output = arena.reserve(counts.input * 4);
        const guard = arena.put([7]);
        const scratch = arena.reserve(kernels.transposedConv2dScratchBytes(kernelH, kernelW, channelsOut));
        const guardBehindScratch = arena.put([8]);
        kernels.transposedConv2d(
          arena.put(gradient),
          batch,
          outputH,
          outputW,
          channelsOut,
          packed,
          kernelH,
          kernelW,
          stride,
          shape.top,
          shape.left,
          output,
          inputH,
          inputW,
          channelsIn,
          ACTIVATION[activation],
          SLOPE,
          scratch,
        );
        const plain = plainInputGradient(gradient, filter, shape);
        const expected = activated(biased ? withBias(plain, bias) : plain, activation);
        expect(largestDifference(arena.get(output, counts.input), expected)).toBeLessThan(1e-4);
        expect([...arena.get(guard, 1), ...arena.get(guardBehindScratch, 1)]).toEqual([7, 8]);
      }),
      { numRuns: 300 },
    );
  });
});
