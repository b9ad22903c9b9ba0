import type { InferenceKernels } from "./inference-kernels.ts";

/** The functions of the training build beside the inference ones; it works in the memory it is given. */
export interface TrainingKernels extends Omit<InferenceKernels, "memory" | "concatChannels"> {
  conv2dFilterGradientScratchBytes(
    kernelH: number,
    kernelW: number,
    channelsIn: number,
    channelsOut: number,
    stride: number,
    outputH: number,
    outputW: number,
  ): number;
  conv2dFilterGradient(
    input: number,
    batch: number,
    inputH: number,
    inputW: number,
    channelsIn: number,
    dy: number,
    kernelH: number,
    kernelW: number,
    stride: number,
    top: number,
    left: number,
    outputH: number,
    outputW: number,
    channelsOut: number,
    filterGradient: number,
    scratch: number,
  ): void;
  packedDepthwiseInputGradientBytes(
    kernelH: number,
    kernelW: number,
    channels: number,
    stride: number,
  ): number;
  packDepthwiseInputGradient(
    filter: number,
    kernelH: number,
    kernelW: number,
    channels: number,
    stride: number,
    top: number,
    left: number,
    packed: number,
  ): void;
  depthwiseInputGradient(
    dy: number,
    batch: number,
    outputH: number,
    outputW: number,
    channels: number,
    packed: number,
    kernelH: number,
    kernelW: number,
    stride: number,
    top: number,
    left: number,
    dx: number,
    inputH: number,
    inputW: number,
    scratch: number,
  ): void;
  depthwiseFilterGradientScratchBytes(
    kernelH: number,
    kernelW: number,
    channels: number,
    stride: number,
    outputH: number,
    outputW: number,
  ): number;
  depthwiseFilterGradient(
    input: number,
    batch: number,
    inputH: number,
    inputW: number,
    channels: number,
    dy: number,
    kernelH: number,
    kernelW: number,
    stride: number,
    top: number,
    left: number,
    outputH: number,
    outputW: number,
    filterGradient: number,
    scratch: number,
  ): void;
  instanceNormGradient(
    dy: number,
    y: number,
    rstd: number,
    batch: number,
    pixels: number,
    channels: number,
    dx: number,
    scratch: number,
  ): void;
  columnSum(input: number, rows: number, columns: number, output: number): void;
  reluGradient(dy: number, y: number, dx: number, count: number, slope: number): void;
  adamUpdate(
    weight: number,
    m: number,
    v: number,
    gradient: number,
    newWeight: number,
    newM: number,
    newV: number,
    count: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    stepSize: number,
    deviationScale: number,
  ): void;
  mirrorPadGradient(
    dy: number,
    batch: number,
    inputH: number,
    inputW: number,
    channels: number,
    top: number,
    bottom: number,
    left: number,
    right: number,
    dx: number,
  ): void;
  resizeNearestGradient(
    dy: number,
    batch: number,
    inputH: number,
    inputW: number,
    channels: number,
    outputH: number,
    outputW: number,
    dx: number,
  ): void;
}
