import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { convCounts, convShapes } from "./conv-shapes.ts";
import { ACTIVATION, PADDING } from "./inference-kernels.ts";
import type { IntegerKernels } from "./integer-kernels.ts";
import { type ConvShape, plainConv2d, plainDepthwiseConv2d, plainInputGradient } from "./reference-loops.ts";
import { inferenceKernels, largestDifference, makeArena, noise } from "./test-bench.ts";

const kernels = inferenceKernels("simd") as IntegerKernels;
const activations = fc.constantFrom("none", "relu", "tanh");

function activated(values: Float64Array, name: "none" | "relu" | "tanh"): Float64Array {
  const functions = { none: (x: number) => x, relu: (x: number) => Math.max(x, 0), tanh: Math.tanh };
  return values.map(functions[name]);
}

const withBias = (values: Float64Array, bias: Float32Array) =>
  values.map((value, index) => value + bias[index % bias.length]!);

/** What a sum of that many products of noise in [-1, 1) amounts to. */
const scaleOf = (products: number) => Math.sqrt(products) / 3;

/** Memory for one test: a filter packed and its scratch, with guards behind what a kernel may write. */
function bench() {
  const arena = makeArena(kernels.memory);
  const guards: number[] = [];
  const guarded = (bytes: number) => {
    const address = arena.reserve(bytes);
    guards.push(arena.put([7]));
    return address;
  };
  const intact = () => guards.every((guard) => arena.get(guard, 1)[0] === 7);
  return { arena, guarded, intact };
}

function windowOf(shape: ConvShape): readonly number[] {
  return [shape.kernelH, shape.kernelW, shape.stride, shape.top, shape.left];
}

describe("integer convolutions", () => {
  it("integerConv2d equals plain loops but for the rounding of 16-bit levels", () => {
    fc.assert(
      fc.property(convShapes, activations, fc.boolean(), fc.nat(), (shape, activation, biased, seed) => {
        const { batch, inputH, inputW, channelsIn, kernelH, kernelW, stride, outputH, outputW, channelsOut } =
          shape;
        const counts = convCounts(shape);
        const [input, filter] = [noise(counts.input, seed), noise(counts.filter, seed + 1)];
        const bias = noise(channelsOut, seed + 2);
        const { arena, guarded, intact } = bench();
        const packed = guarded(kernels.packedIntegerConv2dBytes(kernelH, kernelW, channelsIn, channelsOut));
        const biasAt = biased ? arena.put(bias) : 0;
        kernels.packIntegerConv2d(
          arena.put(filter),
          biasAt,
          kernelH,
          kernelW,
          channelsIn,
          channelsOut,
          packed,
        );
        const output = guarded(counts.output * 4);
        const scratch = guarded(
          kernels.integerConv2dScratchBytes(kernelH, kernelW, channelsIn, stride, outputH, outputW),
        );
        const from = [arena.put(input), batch, inputH, inputW, channelsIn, packed];
        const to = [output, outputH, outputW, channelsOut, ACTIVATION[activation], 0, scratch, 0];
        kernels.integerConv2d(...from, ...windowOf(shape), PADDING[shape.padding], ...to);
        const plain = plainConv2d(input, filter, shape);
        const expected = activated(biased ? withBias(plain, bias) : plain, activation);
        const most = 2e-3 * scaleOf(kernelH * kernelW * channelsIn);
        expect(largestDifference(arena.get(output, counts.output), expected)).toBeLessThan(most);
        expect(intact()).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("integerTransposedConv2d equals the input gradient of a zero-padded convolution", () => {
    fc.assert(
      fc.property(convShapes, activations, fc.boolean(), fc.nat(), (drawn, activation, biased, seed) => {
        const shape = { ...drawn, padding: "zero" as const };
        const { batch, inputH, inputW, channelsIn, kernelH, kernelW, stride, top, left } = shape;
        const { outputH, outputW, channelsOut } = shape;
        const counts = convCounts(shape);
        const [gradient, filter] = [noise(counts.output, seed), noise(counts.filter, seed + 1)];
        const bias = noise(channelsIn, seed + 2);
        const { arena, guarded, intact } = bench();
        const packed = guarded(
          kernels.packedIntegerTransposedConv2dBytes(kernelH, kernelW, channelsOut, channelsIn, stride),
        );
        const biasAt = biased ? arena.put(bias) : 0;
        const packing = [kernelH, kernelW, channelsOut, channelsIn, stride, top, left, packed];
        kernels.packIntegerTransposedConv2d(arena.put(filter), biasAt, ...packing);
        const output = guarded(counts.input * 4);
        const scratch = guarded(
          kernels.integerTransposedConv2dScratchBytes(
            ...[kernelH, kernelW, channelsOut, stride, top, left, inputH, inputW],
          ),
        );
        const from = [arena.put(gradient), batch, outputH, outputW, channelsOut, packed];
        const to = [output, inputH, inputW, channelsIn, ACTIVATION[activation], 0, scratch, 0];
        kernels.integerTransposedConv2d(...from, ...windowOf(shape), ...to);
        const plain = plainInputGradient(gradient, filter, shape);
        const expected = activated(biased ? withBias(plain, bias) : plain, activation);
        const most = 2e-3 * scaleOf(kernelH * kernelW * channelsOut);
        expect(largestDifference(arena.get(output, counts.input), expected)).toBeLessThan(most);
        expect(intact()).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("winogradConv2d equals plain loops for any size, whole tiles or not", () => {
    const sides = fc.integer({ min: 2, max: 15 });
    const eights = fc.constantFrom(8, 16, 24);
    const margins = fc.tuple(fc.nat(1), fc.nat(1), fc.nat(1), fc.nat(1));
    const drawn = fc.tuple(
      sides,
      sides,
      eights,
      eights,
      margins,
      fc.constantFrom<"zero" | "reflect">("zero", "reflect"),
    );
    fc.assert(
      fc.property(drawn, activations, fc.boolean(), fc.nat(), (shapes, activation, biased, seed) => {
        const [inputH, inputW, channelsIn, channelsOut, [top, bottom, left, right], padding] = shapes;
        const [outputH, outputW] = [inputH + top + bottom - 2, inputW + left + right - 2];
        fc.pre(outputH > 0 && outputW > 0);
        const shape: ConvShape = {
          ...{ batch: 2, inputH, inputW, channelsIn, kernelH: 3, kernelW: 3, stride: 1, top, left, padding },
          ...{ outputH, outputW, channelsOut },
        };
        const counts = convCounts(shape);
        // Far from zero, so that what is not exact about the mean would show.
        const input = noise(counts.input, seed).map((x) => x + 3);
        const filter = noise(counts.filter, seed + 1);
        const bias = noise(channelsOut, seed + 2);
        const { arena, guarded, intact } = bench();
        const packed = guarded(kernels.packedWinogradConv2dBytes(channelsIn, channelsOut));
        const biasAt = biased ? arena.put(bias) : 0;
        kernels.packWinogradConv2d(arena.put(filter), biasAt, channelsIn, channelsOut, packed, guarded(2048));
        const output = guarded(counts.output * 4);
        const scratch = guarded(
          kernels.winogradConv2dScratchBytes(channelsIn, channelsOut, outputH, outputW),
        );
        const from = [arena.put(input), 2, inputH, inputW, channelsIn, packed];
        const to = [output, outputH, outputW, channelsOut, ACTIVATION[activation], 0, scratch];
        kernels.winogradConv2d(...from, ...windowOf(shape), PADDING[padding], ...to);
        const plain = plainConv2d(input, filter, shape);
        const expected = activated(biased ? withBias(plain, bias) : plain, activation);
        const most = 1e-2 * scaleOf(9 * channelsIn);
        expect(largestDifference(arena.get(output, counts.output), expected)).toBeLessThan(most);
        expect(intact()).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it("depthwise3x3 equals plain loops", () => {
    fc.assert(
      fc.property(convShapes, activations, fc.boolean(), fc.nat(), (drawn, activation, biased, seed) => {
        const channelsIn = Math.max(4, drawn.channelsIn & -4);
        const [top, left] = [Math.min(1, drawn.top), Math.min(1, drawn.left)];
        const [outputH, outputW] = [drawn.inputH + top - 2, drawn.inputW + left - 2];
        fc.pre(outputH > 0 && outputW > 0);
        const shape = {
          ...drawn,
          kernelH: 3,
          kernelW: 3,
          stride: 1,
          top,
          left,
          outputH,
          outputW,
          channelsIn,
        };
        const { batch, inputH, inputW } = shape;
        const input = noise(batch * inputH * inputW * channelsIn, seed);
        const [filter, bias] = [noise(9 * channelsIn, seed + 1), noise(channelsIn, seed + 2)];
        const { arena, guarded, intact } = bench();
        const packed = guarded(kernels.packedDepthwiseConv2dBytes(3, 3, channelsIn));
        kernels.packDepthwiseConv2d(
          arena.put(filter),
          biased ? arena.put(bias) : 0,
          3,
          3,
          channelsIn,
          packed,
        );
        const count = batch * outputH * outputW * channelsIn;
        const output = guarded(count * 4);
        const scratch = guarded(kernels.depthwise3x3ScratchBytes(channelsIn));
        const from = [arena.put(input), batch, inputH, inputW, channelsIn, packed];
        const to = [output, outputH, outputW, ACTIVATION[activation], 0, scratch];
        kernels.depthwise3x3(...from, ...windowOf(shape), PADDING[shape.padding], ...to);
        const plain = plainDepthwiseConv2d(input, filter, shape);
        const expected = activated(biased ? withBias(plain, bias) : plain, activation);
        expect(largestDifference(arena.get(output, count), expected)).toBeLessThan(1e-5);
        expect(intact()).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("sums as large as they can get stay within 32 bits", () => {
    // Inputs and weights point the same way, which makes the sum as large as the norms allow.
    const channelsIn = 512;
    const ramp = Float32Array.from({ length: 9 * channelsIn }, (_, index) => Math.sin(index) + 1.5);
    const { arena, guarded } = bench();
    const packed = guarded(kernels.packedIntegerConv2dBytes(3, 3, channelsIn, 1));
    kernels.packIntegerConv2d(arena.put(ramp), 0, 3, 3, channelsIn, 1, packed);
    const output = guarded(4);
    const scratch = guarded(kernels.integerConv2dScratchBytes(3, 3, channelsIn, 1, 1, 1));
    const from = [arena.put(ramp), 1, 3, 3, channelsIn, packed, 3, 3, 1, 0, 0, PADDING.zero];
    kernels.integerConv2d(...from, output, 1, 1, 1, ACTIVATION.none, 0, scratch, 0);
    const expected = ramp.reduce((sum, x) => sum + x * x, 0);
    expect(arena.get(output, 1)[0]! / expected).toBeCloseTo(1, 3);
  });

  it("inputs of zero give the bias, and inputs that are not numbers give none", () => {
    const { arena, guarded } = bench();
    const filter = noise(9 * 8 * 8, 1);
    const bias = noise(8, 2);
    const packed = guarded(kernels.packedIntegerConv2dBytes(3, 3, 8, 8));
    const packedWinograd = guarded(kernels.packedWinogradConv2dBytes(8, 8));
    kernels.packIntegerConv2d(arena.put(filter), arena.put(bias), 3, 3, 8, 8, packed);
    kernels.packWinogradConv2d(arena.put(filter), arena.put(bias), 8, 8, packedWinograd, guarded(2048));
    const output = guarded(4 * 4 * 8 * 4);
    const scratch = guarded(2 ** 17);
    for (const [value, expected] of [
      [0, bias],
      [Number.NaN, bias.map(() => Number.NaN)],
      [Number.POSITIVE_INFINITY, bias.map(() => Number.NaN)],
    ] as const) {
      const input = arena.put(new Float32Array(4 * 4 * 8).fill(value));
      const window = [3, 3, 1, 1, 1, PADDING.reflect, output, 4, 4, 8, ACTIVATION.none, 0, scratch];
      kernels.integerConv2d(input, 1, 4, 4, 8, packed, ...window, 0);
      expect(arena.get(output, 8)).toEqual(expected);
      kernels.winogradConv2d(input, 1, 4, 4, 8, packedWinograd, ...window);
      expect(arena.get(output, 8)).toEqual(expected);
    }
  });
});

describe("integerInstanceNorm", () => {
  const sizes = fc.tuple(fc.integer({ min: 2, max: 300 }), fc.integer({ min: 1, max: 37 }));
  // Near zero, a little off, and so far that values' squares would cancel.
  const means = fc.constantFrom(0, -3, 50);

  it("normalises, activates, adds the residual, and bounds what it wrote", () => {
    const cases = fc.tuple(sizes, activations, means, fc.boolean(), fc.nat());
    fc.assert(
      fc.property(cases, ([[pixels, channels], activation, mean, residual, seed]) => {
        const count = pixels * channels;
        const input = noise(count, seed).map((x, index) => x + ((index % channels) % 3 === 0 ? mean : 0));
        const skip = noise(count, seed + 1);
        const { output, magnitude, squares, intact } = normalise(input, {
          channels,
          activation,
          skip: residual ? skip : undefined,
        });
        const plain = activated(plainInstanceNorm(input, channels), activation);
        const expected = plain.map((y, i) => (residual ? y + skip[i]! : y));
        expect(largestDifference(output, expected)).toBeLessThan(1e-3);
        const largest = Math.max(...output.map(Math.abs));
        expect(magnitude).toBeGreaterThanOrEqual(largest * 0.99999);
        expect(magnitude).toBeLessThanOrEqual(largest * 2.00001);
        for (let p = 0; p < pixels; p++) {
          const row = output.subarray(p * channels, (p + 1) * channels);
          expect(squares * 1.00001).toBeGreaterThanOrEqual(row.reduce((sum, y) => sum + y * y, 0));
        }
        expect(intact()).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each([1e-25, 1e25])("bounds magnitudes whose squares leave float32: %d", (size) => {
    const input = new Float32Array(16 * 20).fill(1);
    const skip = noise(16 * 20, 1).map((x) => x * size);
    const { output, magnitude } = normalise(input, { channels: 20, activation: "none", skip });
    expect(output).toEqual(skip);
    expect(magnitude).toBe(Math.max(...skip.map(Math.abs)));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e30])("bounds nothing after %d", (value) => {
    const input = noise(16 * 20, 1);
    input[5] = value;
    const { magnitude, squares } = normalise(input, { channels: 20, activation: "relu", skip: undefined });
    // Channels of 1e30 have no finite variance: they normalise to zero.
    if (value === 1e30) expect(magnitude).toBeLessThan(10);
    else expect(magnitude + squares).toBeNaN();
  });
});

function normalise(
  input: Float32Array,
  {
    channels,
    activation,
    skip,
  }: { channels: number; activation: keyof typeof ACTIVATION; skip: Float32Array | undefined },
) {
  const { arena, guarded, intact } = bench();
  const output = guarded(input.byteLength);
  const [mean, rstd, range] = [guarded(channels * 4), guarded(channels * 4), guarded(8)];
  const shape = [1, input.length / channels, channels, 1e-5, ACTIVATION[activation], 0];
  const skipAt = skip ? arena.put(skip) : 0;
  kernels.integerInstanceNorm(arena.put(input), ...shape, skipAt, mean, rstd, output, range);
  const [magnitude, squares] = arena.get(range, 2);
  return { output: arena.get(output, input.length), magnitude: magnitude!, squares: squares!, intact };
}

function plainInstanceNorm(input: Float32Array, channels: number): Float64Array {
  const expected = new Float64Array(input.length);
  const pixels = input.length / channels;
  for (let c = 0; c < channels; c++) {
    const column = Array.from({ length: pixels }, (_, p) => input[p * channels + c]!);
    const average = column.reduce((sum, x) => sum + x, 0) / pixels;
    const variance = column.reduce((sum, x) => sum + (x - average) ** 2, 0) / pixels;
    column.forEach((x, p) => {
      expected[p * channels + c] = (x - average) / Math.sqrt(variance + 1e-5);
    });
  }
  return expected;
}
