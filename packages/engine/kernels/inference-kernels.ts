/** The functions of the inference build; pointers are byte addresses in its memory (see assembly/README.md). */
export interface InferenceKernels {
  readonly memory: WebAssembly.Memory;
  packedConv2dBytes(kernelH: number, kernelW: number, channelsIn: number, channelsOut: number): number;
  packConv2d(
    filter: number,
    bias: number,
    kernelH: number,
    kernelW: number,
    channelsIn: number,
    channelsOut: number,
    packed: number,
  ): void;
  packedTransposedConv2dBytes(
    kernelH: number,
    kernelW: number,
    channelsIn: number,
    channelsOut: number,
    stride: number,
  ): number;
  packTransposedConv2d(
    filter: number,
    bias: number,
    kernelH: number,
    kernelW: number,
    channelsIn: number,
    channelsOut: number,
    stride: number,
    top: number,
    left: number,
    packed: number,
  ): void;
  packedDepthwiseConv2dBytes(kernelH: number, kernelW: number, channels: number): number;
  packDepthwiseConv2d(
    filter: number,
    bias: number,
    kernelH: number,
    kernelW: number,
    channels: number,
    packed: number,
  ): void;
  conv2dScratchBytes(
    kernelH: number,
    kernelW: number,
    channelsIn: number,
    stride: number,
    outputH: number,
    outputW: number,
  ): number;
  conv2d(
    input: number,
    batch: number,
    inputH: number,
    inputW: number,
    channelsIn: number,
    packed: number,
    kernelH: number,
    kernelW: number,
    stride: number,
    top: number,
    left: number,
    padding: number,
    output: number,
    outputH: number,
    outputW: number,
    channelsOut: number,
    activation: number,
    slope: number,
    scratch: number,
  ): void;
  depthwiseConv2d(
    input: number,
    batch: number,
    inputH: number,
    inputW: number,
    channels: number,
    packed: number,
    kernelH: number,
    kernelW: number,
    stride: number,
    top: number,
    left: number,
    padding: number,
    output: number,
    outputH: number,
    outputW: number,
    activation: number,
    slope: number,
    scratch: number,
  ): void;
  transposedConv2dScratchBytes(kernelH: number, kernelW: number, channelsIn: number): number;
  transposedConv2d(
    input: number,
    batch: number,
    inputH: number,
    inputW: number,
    channelsIn: number,
    packed: number,
    kernelH: number,
    kernelW: number,
    stride: number,
    top: number,
    left: number,
    output: number,
    outputH: number,
    outputW: number,
    channelsOut: number,
    activation: number,
    slope: number,
    scratch: number,
  ): void;
  instanceNorm(
    input: number,
    batch: number,
    pixels: number,
    channels: number,
    epsilon: number,
    activation: number,
    slope: number,
    residual: number,
    mean: number,
    rstd: number,
    output: number,
  ): void;
  activate(input: number, output: number, count: number, activation: number, slope: number): void;
  add(a: number, b: number, output: number, count: number): void;
  biasAdd(
    input: number,
    bias: number,
    output: number,
    pixels: number,
    channels: number,
    activation: number,
    slope: number,
  ): void;
  mirrorPad(
    input: number,
    batch: number,
    inputH: number,
    inputW: number,
    channels: number,
    top: number,
    bottom: number,
    left: number,
    right: number,
    output: number,
  ): void;
  resizeNearest(
    input: number,
    batch: number,
    inputH: number,
    inputW: number,
    channels: number,
    output: number,
    outputH: number,
    outputW: number,
  ): void;
  concatChannels(
    a: number,
    channelsA: number,
    b: number,
    channelsB: number,
    pixels: number,
    output: number,
  ): void;
}

/** Activation codes the kernels know. */
export const ACTIVATION = { none: 0, relu: 1, leakyRelu: 2, tanh: 3, sigmoid: 4 } as const;

/** Padding codes `conv2d` and `depthwiseConv2d` know. */
export const PADDING = { zero: 0, reflect: 1 } as const;
