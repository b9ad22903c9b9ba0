import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUILDS, largestDifference, makeArena, noise, trainingKernels } from "./test-bench.ts";

const side = fc.integer({ min: 1, max: 9 });
const channels = fc.integer({ min: 1, max: 37 });

describe.each(BUILDS)("training elements, %s build", (build) => {
  const kernels = trainingKernels(build);

  it("instanceNormGradient equals the closed form in double precision", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2),
        fc.integer({ min: 1, max: 300 }),
        channels,
        fc.nat(),
        (batch, pixels, c, seed) => {
          const count = batch * pixels * c;
          const dy = noise(count, seed);
          const y = noise(count, seed + 1);
          const rstd = noise(batch * c, seed + 2);
          const arena = makeArena(kernels.memory);
          const dx = arena.reserve(count * 4);
          const scratch = arena.reserve(2 * c * 4);
          const guard = arena.put([7]);
          kernels.instanceNormGradient(
            arena.put(dy),
            arena.put(y),
            arena.put(rstd),
            batch,
            pixels,
            c,
            dx,
            scratch,
          );
          const expected = new Float64Array(count);
          for (let n = 0; n < batch; n++) {
            for (let channel = 0; channel < c; channel++) {
              const at = (p: number): number => (n * pixels + p) * c + channel;
              let mean = 0;
              let projection = 0;
              for (let p = 0; p < pixels; p++) {
                mean += dy[at(p)]! / pixels;
                projection += (dy[at(p)]! * y[at(p)]!) / pixels;
              }
              for (let p = 0; p < pixels; p++) {
                expected[at(p)] = rstd[n * c + channel]! * (dy[at(p)]! - mean - y[at(p)]! * projection);
              }
            }
          }
          expect(largestDifference(arena.get(dx, count), expected)).toBeLessThan(1e-5);
          expect(arena.get(guard, 1)).toEqual(Float32Array.of(7));
        },
      ),
    );
  });

  it("columnSum, reluGradient and adamUpdate equal plain loops for any length", () => {
    fc.assert(
      fc.property(side, channels, fc.nat(), (rows, columns, seed) => {
        const count = rows * columns;
        const [a, b, m] = [noise(count, seed), noise(count, seed + 1), noise(count, seed + 2)];
        const v = noise(count, seed + 3).map(Math.abs);
        const arena = makeArena(kernels.memory);
        const [aAt, bAt, mAt, vAt] = [arena.put(a), arena.put(b), arena.put(m), arena.put(v)];
        const output = arena.reserve(count * 4);
        const newM = arena.reserve(count * 4);
        const newV = arena.reserve(count * 4);
        const guard = arena.put([7]);

        kernels.columnSum(aAt, rows, columns, output);
        const sums = new Float64Array(columns);
        for (const [i, value] of a.entries()) sums[i % columns]! += value;
        expect(largestDifference(arena.get(output, columns), sums)).toBeLessThan(1e-5);

        kernels.reluGradient(aAt, bAt, output, count, 0.25);
        expect(arena.get(output, count)).toEqual(a.map((g, i) => (b[i]! > 0 ? g : g / 4)));

        kernels.adamUpdate(aAt, mAt, vAt, bAt, output, newM, newV, count, 0.5, 0.999, 1e-8, 0.01, 1.5);
        const expectedM = m.map((value, i) => 0.5 * value + 0.5 * b[i]!);
        const expectedV = v.map((value, i) => 0.999 * value + (1 - 0.999) * b[i]! ** 2);
        expect(largestDifference(arena.get(newM, count), expectedM)).toBeLessThan(1e-6);
        expect(largestDifference(arena.get(newV, count), expectedV)).toBeLessThan(1e-6);
        const expectedW = a.map(
          (w, i) => w - (0.01 * expectedM[i]!) / (Math.sqrt(expectedV[i]!) * 1.5 + 1e-8),
        );
        expect(largestDifference(arena.get(output, count), expectedW)).toBeLessThan(1e-5);
        expect(arena.get(guard, 1)).toEqual(Float32Array.of(7));
      }),
    );
  });

  it("the gradients of mirrorPad and resizeNearest are their transposes", () => {
    fc.assert(
      fc.property(
        fc.record({ n: fc.constantFrom(1, 2), h: side, w: side, c: channels, seed: fc.nat() }),
        fc.tuple(fc.nat(8), fc.nat(8), fc.nat(8), fc.nat(8)),
        fc.tuple(side, side),
        ({ n, h, w, c, seed }, edges, [resizedH, resizedW]) => {
          const [top, bottom, left, right] = edges.map((edge, i) => Math.min(edge, (i < 2 ? h : w) - 1));
          const x = noise(n * h * w * c, seed);
          const arena = makeArena(kernels.memory);
          const xAt = arena.put(x);
          const dx = arena.reserve(x.length * 4);
          const guard = arena.put([7]);
          // <A x, dy> = <x, Aᵀ dy> for every x and dy.
          const expectTransposed = (
            forward: (to: number) => void,
            backward: (dy: number) => void,
            count: number,
          ) => {
            const to = arena.reserve(count * 4);
            forward(to);
            const dy = noise(count, seed + 1);
            backward(arena.put(dy));
            const inner = (a: Float32Array, b: Float32Array) =>
              a.reduce((sum, value, i) => sum + value * b[i]!, 0);
            expect(inner(arena.get(dx, x.length), x)).toBeCloseTo(inner(arena.get(to, count), dy), 3);
            expect(arena.get(guard, 1)).toEqual(Float32Array.of(7));
          };
          expectTransposed(
            (to) => kernels.mirrorPad(xAt, n, h, w, c, top!, bottom!, left!, right!, to),
            (dy) => kernels.mirrorPadGradient(dy, n, h, w, c, top!, bottom!, left!, right!, dx),
            n * (h + top! + bottom!) * (w + left! + right!) * c,
          );
          expectTransposed(
            (to) => kernels.resizeNearest(xAt, n, h, w, c, to, resizedH, resizedW),
            (dy) => kernels.resizeNearestGradient(dy, n, h, w, c, resizedH, resizedW, dx),
            n * resizedH * resizedW * c,
          );
        },
      ),
    );
  });

  it("brings no data and no stack into the memory it is given", () => {
    const memory = new Uint8Array(trainingKernels(build, 4).memory.buffer);
    expect(memory.every((byte) => byte === 0)).toBe(true);
  });
});
