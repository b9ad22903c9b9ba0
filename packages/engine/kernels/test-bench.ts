import { readFileSync } from "node:fs";
import type { InferenceKernels } from "./inference-kernels.ts";
import type { TrainingKernels } from "./training-kernels.ts";

/** The two builds every kernel is tested in. */
export const BUILDS = ["simd", "relaxed-simd"] as const;

/** One of the two builds. */
export type Build = (typeof BUILDS)[number];

/** Lends float arrays in a kernel's memory to one test. */
export interface Arena {
  /** Reserves `bytes` (16-byte aligned, filled with not-a-number) and returns the address. */
  reserve(bytes: number): number;
  /** Copies values in and returns their address. */
  put(values: ArrayLike<number>): number;
  /** Copies `count` floats out. */
  get(address: number, count: number): Float32Array;
}

/** Makes an arena that starts over at `base` of `memory`. */
export function makeArena(memory: WebAssembly.Memory, base = 1024): Arena {
  let next = base;
  const reserve = (bytes: number): number => {
    const address = next;
    next = (next + bytes + 15) & ~15;
    const missing = next - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    new Float32Array(memory.buffer, address, (next - address) >> 2).fill(Number.NaN);
    return address;
  };
  return {
    reserve,
    put(values) {
      const address = reserve(values.length * 4);
      new Float32Array(memory.buffer, address, values.length).set(values);
      return address;
    },
    get: (address, count) => new Float32Array(memory.buffer, address, count).slice(),
  };
}

function moduleOf(name: string, build: Build): WebAssembly.Module {
  const file = `../build/${name}${build === "simd" ? "" : ".relaxed"}.wasm`;
  return new WebAssembly.Module(readFileSync(new URL(file, import.meta.url)));
}

/** Instantiates the inference kernels of one build. */
export function inferenceKernels(build: Build): InferenceKernels {
  return new WebAssembly.Instance(moduleOf("inference", build)).exports as unknown as InferenceKernels;
}

/** Instantiates the training kernels of one build in a memory of `pages` pages. */
export function trainingKernels(build: Build, pages = 64): TrainingKernels & { memory: WebAssembly.Memory } {
  const memory = new WebAssembly.Memory({ initial: pages });
  const { exports } = new WebAssembly.Instance(moduleOf("training", build), { env: { memory } });
  return { ...(exports as unknown as TrainingKernels), memory };
}

/** Returns `count` values in [-1, 1) that depend on `seed` alone. */
export function noise(count: number, seed: number): Float32Array {
  const values = new Float32Array(count);
  let state = (seed * 2654435761 + 12345) >>> 0;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 374761393) >>> 0;
    values[i] = state / 2 ** 31 - 1;
  }
  return values;
}

/** Returns the largest |a - b|, or Infinity where lengths differ or a value is not a number. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(Number(a[i]) - Number(b[i]));
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
