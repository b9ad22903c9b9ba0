import type { WasmMemory } from "./webassembly.ts";

/** Kernels a plan can call; their arguments are described in `assembly/`. */
export const KERNEL_NAMES = [
  "conv2d",
  "depthwiseConv2d",
  "transposedConv2d",
  "integerConv2d",
  "integerTransposedConv2d",
  "winogradConv2d",
  "depthwise3x3",
  "integerInstanceNorm",
  "instanceNorm",
  "activate",
  "add",
  "mirrorPad",
  "resizeNearest",
  "concatChannels",
] as const;

export type KernelName = (typeof KERNEL_NAMES)[number];

type Numeric<Result> = (...args: readonly number[]) => Result;

/** Room `packWinogradConv2d` needs beside what it reads and writes. */
export const WINOGRAD_PACKING_ROOM_BYTES = 2048;

/** How many bytes the kernels need, as they say themselves. */
export interface KernelSizes {
  /** (kernelHeight, kernelWidth, channelsIn, channelsOut) */
  readonly packedConv2dBytes: Numeric<number>;
  /** (kernelHeight, kernelWidth, channels) */
  readonly packedDepthwiseConv2dBytes: Numeric<number>;
  /** (kernelHeight, kernelWidth, channelsIn, channelsOut, stride) */
  readonly packedTransposedConv2dBytes: Numeric<number>;
  /** (kernelHeight, kernelWidth, channelsIn, stride, outputHeight, outputWidth) */
  readonly conv2dScratchBytes: Numeric<number>;
  /** (kernelHeight, kernelWidth, channelsIn) */
  readonly transposedConv2dScratchBytes: Numeric<number>;
  /** (kernelHeight, kernelWidth, channelsIn, channelsOut) */
  readonly packedIntegerConv2dBytes: Numeric<number>;
  /** (kernelHeight, kernelWidth, channelsIn, channelsOut, stride) */
  readonly packedIntegerTransposedConv2dBytes: Numeric<number>;
  /** (channelsIn, channelsOut) */
  readonly packedWinogradConv2dBytes: Numeric<number>;
  /** (kernelHeight, kernelWidth, channelsIn, stride, outputHeight, outputWidth) */
  readonly integerConv2dScratchBytes: Numeric<number>;
  /** (kernelHeight, kernelWidth, channelsIn, stride, top, left, outputHeight, outputWidth) */
  readonly integerTransposedConv2dScratchBytes: Numeric<number>;
  /** (channels) */
  readonly depthwise3x3ScratchBytes: Numeric<number>;
  /** (channelsIn, channelsOut, outputHeight, outputWidth) */
  readonly winogradConv2dScratchBytes: Numeric<number>;
}

/** Exports of an inference build. */
export type Kernels = Readonly<Record<KernelName, Numeric<void>>> &
  KernelSizes & {
    readonly memory: WasmMemory;
    /** (filter, bias or 0, kernelHeight, kernelWidth, channelsIn, channelsOut, packed) */
    readonly packConv2d: Numeric<void>;
    /** (filter, bias or 0, kernelHeight, kernelWidth, channels, packed) */
    readonly packDepthwiseConv2d: Numeric<void>;
    /** (filter, bias or 0, kernelHeight, kernelWidth, channelsIn, channelsOut, stride, top, left, packed) */
    readonly packTransposedConv2d: Numeric<void>;
    /** (filter, bias or 0, kernelHeight, kernelWidth, channelsIn, channelsOut, packed) */
    readonly packIntegerConv2d: Numeric<void>;
    /** (filter, bias or 0, kernelHeight, kernelWidth, channelsIn, channelsOut, stride, top, left, packed) */
    readonly packIntegerTransposedConv2d: Numeric<void>;
    /** (filter, bias or 0, channelsIn, channelsOut, packed, room of `WINOGRAD_PACKING_ROOM_BYTES`) */
    readonly packWinogradConv2d: Numeric<void>;
  };
