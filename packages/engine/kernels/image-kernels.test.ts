import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACTIVATION } from "./inference-kernels.ts";
import { BUILDS, inferenceKernels, largestDifference, makeArena, noise } from "./test-bench.ts";

const side = fc.integer({ min: 1, max: 9 });
const channels = fc.integer({ min: 1, max: 37 });

describe.each(BUILDS)("images and elements, %s build", (build) => {
  const kernels = inferenceKernels(build);

  it("tanh stays within 3e-7 and sigmoid within 3e-7 over the whole range", () => {
    const inputs = Float32Array.from({ length: 40_003 }, (_, i) => (i - 20_001) / 1000);
    inputs.set([0, -0, 1e-20, -1e-8, 100, -100, 3e38, -3e38, Infinity, -Infinity]);
    const arena = makeArena(kernels.memory);
    const address = arena.put(inputs);
    const output = arena.reserve(inputs.length * 4);
    kernels.activate(address, output, inputs.length, ACTIVATION.tanh, 0);
    expect(largestDifference(arena.get(output, inputs.length), inputs.map(Math.tanh))).toBeLessThan(3e-7);
    kernels.activate(address, output, inputs.length, ACTIVATION.sigmoid, 0);
    const sigmoid = inputs.map((x) => 1 / (1 + Math.exp(-x)));
    expect(largestDifference(arena.get(output, inputs.length), sigmoid)).toBeLessThan(3e-7);
  });

  it("tanh keeps a tiny argument and not a number as they are", () => {
    const arena = makeArena(kernels.memory);
    const output = arena.reserve(12);
    kernels.activate(arena.put([1e-12, -3e-9, Number.NaN]), output, 3, ACTIVATION.tanh, 0);
    const [tiny, negative, missing] = arena.get(output, 3);
    expect(tiny! / 1e-12).toBeCloseTo(1, 5);
    expect(negative! / -3e-9).toBeCloseTo(1, 5);
    expect(missing).toBeNaN();
  });

  it("relu, leaky relu, add and biasAdd equal plain loops for any length", () => {
    fc.assert(
      fc.property(side, channels, fc.nat(), (pixels, c, seed) => {
        const count = pixels * c;
        const a = noise(count, seed);
        const b = noise(count, seed + 1);
        const arena = makeArena(kernels.memory);
        const [aAt, bAt] = [arena.put(a), arena.put(b)];
        const output = arena.reserve(count * 4);
        const guard = arena.put([7]);
        kernels.activate(aAt, output, count, ACTIVATION.relu, 0);
        expect(arena.get(output, count)).toEqual(a.map((x) => Math.max(x, 0)));
        kernels.activate(aAt, output, count, ACTIVATION.leakyRelu, 0.25);
        expect(arena.get(output, count)).toEqual(a.map((x) => (x < 0 ? x / 4 : x)));
        kernels.add(aAt, bAt, output, count);
        expect(arena.get(output, count)).toEqual(a.map((x, i) => x + b[i]!));
        kernels.biasAdd(aAt, bAt, output, pixels, c, ACTIVATION.relu, 0);
        expect(arena.get(output, count)).toEqual(a.map((x, i) => Math.max(x + b[i % c]!, 0)));
        expect(arena.get(guard, 1)).toEqual(Float32Array.of(7));
      }),
    );
  });

  it("instanceNorm normalises each channel, activates, and then adds the residual", () => {
    const cases = fc.tuple(fc.constantFrom(1, 2), fc.integer({ min: 1, max: 300 }), channels, fc.nat());
    fc.assert(
      fc.property(cases, fc.boolean(), fc.boolean(), ([batch, pixels, c, seed], relu, skip) => {
        const count = batch * pixels * c;
        // Off-centre values: the variance must not be taken from a difference of squares.
        const input = noise(count, seed).map((x, i) => 3 * x + 20 + (i % c));
        const residual = noise(count, seed + 1);
        const arena = makeArena(kernels.memory);
        const output = arena.reserve(count * 4);
        const mean = arena.reserve(batch * c * 4);
        const rstd = arena.reserve(batch * c * 4);
        const guard = arena.put([7]);
        const skipAt = skip ? arena.put(residual) : 0;
        const code = relu ? ACTIVATION.relu : ACTIVATION.none;
        kernels.instanceNorm(arena.put(input), batch, pixels, c, 1e-5, code, 0, skipAt, mean, rstd, output);
        const expected = new Float64Array(count);
        for (let n = 0; n < batch; n++) {
          for (let channel = 0; channel < c; channel++) {
            const at = (p: number): number => (n * pixels + p) * c + channel;
            let sum = 0;
            let squares = 0;
            for (let p = 0; p < pixels; p++) sum += input[at(p)]!;
            const centre = sum / pixels;
            for (let p = 0; p < pixels; p++) squares += (input[at(p)]! - centre) ** 2;
            const scale = 1 / Math.sqrt(squares / pixels + 1e-5);
            for (let p = 0; p < pixels; p++) {
              const y = (input[at(p)]! - centre) * scale;
              expected[at(p)] = (relu ? Math.max(y, 0) : y) + (skip ? residual[at(p)]! : 0);
            }
          }
        }
        // One pixel: its distance to the mean is pure rounding, magnified by 1 / sqrt(epsilon).
        expect(largestDifference(arena.get(output, count), expected)).toBeLessThan(pixels < 4 ? 5e-3 : 1e-4);
        expect(arena.get(guard, 1)).toEqual(Float32Array.of(7));
      }),
    );
  });

  it("mirrorPad, resizeNearest and concatChannels copy what plain loops copy", () => {
    fc.assert(
      fc.property(
        fc.record({ n: fc.constantFrom(1, 2), h: side, w: side, c: channels, seed: fc.nat() }),
        fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4), fc.nat(4)),
        fc.tuple(side, side),
        ({ n, h, w, c, seed }, edges, [resizedH, resizedW]) => {
          const input = noise(n * h * w * c, seed);
          const arena = makeArena(kernels.memory);
          const address = arena.put(input);
          const mapped = (outH: number, outW: number, y: (y: number) => number, x: (x: number) => number) =>
            Float32Array.from({ length: n * outH * outW * c }, (_, i) => {
              const pixel = Math.floor(i / c);
              const row = y(Math.floor(pixel / outW) % outH);
              const image = Math.floor(pixel / (outW * outH));
              return input[((image * h + row) * w + x(pixel % outW)) * c + (i % c)]!;
            });
          const reflected = (i: number, size: number): number =>
            i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;

          const [top, bottom, left, right] = edges.map((edge, i) => Math.min(edge, (i < 2 ? h : w) - 1));
          const paddedH = h + top! + bottom!;
          const paddedW = w + left! + right!;
          const padded = arena.reserve(n * paddedH * paddedW * c * 4);
          kernels.mirrorPad(address, n, h, w, c, top!, bottom!, left!, right!, padded);
          const mirror = mapped(
            paddedH,
            paddedW,
            (y) => reflected(y - top!, h),
            (x) => reflected(x - left!, w),
          );
          expect(arena.get(padded, mirror.length)).toEqual(mirror);

          const resized = arena.reserve(n * resizedH * resizedW * c * 4);
          kernels.resizeNearest(address, n, h, w, c, resized, resizedH, resizedW);
          const nearest = mapped(
            resizedH,
            resizedW,
            (y) => Math.floor((y * h) / resizedH),
            (x) => Math.floor((x * w) / resizedW),
          );
          expect(arena.get(resized, nearest.length)).toEqual(nearest);

          const other = noise(n * h * w * 3, seed + 1);
          const joined = arena.reserve(n * h * w * (c + 3) * 4);
          kernels.concatChannels(address, c, arena.put(other), 3, n * h * w, joined);
          const expected = Float32Array.from({ length: n * h * w * (c + 3) }, (_, i) => {
            const pixel = Math.floor(i / (c + 3));
            const channel = i % (c + 3);
            return channel < c ? input[pixel * c + channel]! : other[pixel * 3 + channel - c]!;
          });
          expect(arena.get(joined, expected.length)).toEqual(expected);
        },
      ),
    );
  });
});
