/** What a published model needs to run. Every pointer is a byte address; the caller owns all of the memory. */

export {
  conv2d,
  conv2dScratchBytes,
  depthwiseConv2d,
  transposedConv2d,
  transposedConv2dScratchBytes,
} from "./convolution";
export { activate, add, biasAdd } from "./elementwise";
export { concatChannels, mirrorPad, resizeNearest } from "./images";
export { instanceNorm } from "./instance-norm";
export { integerConv2d, integerConv2dScratchBytes } from "./integer/convolution";
export { depthwise3x3, depthwise3x3ScratchBytes } from "./integer/depthwise";
export { integerInstanceNorm } from "./integer/instance-norm";
export {
  packedIntegerConv2dBytes,
  packedIntegerTransposedConv2dBytes,
  packIntegerConv2d,
  packIntegerTransposedConv2d,
} from "./integer/packing";
export {
  integerTransposedConv2d,
  integerTransposedConv2dScratchBytes,
} from "./integer/transposed-convolution";
export { winogradConv2d, winogradConv2dScratchBytes } from "./integer/winograd";
export { packedWinogradConv2dBytes, packWinogradConv2d } from "./integer/winograd-packing";
export {
  packConv2d,
  packDepthwiseConv2d,
  packedConv2dBytes,
  packedDepthwiseConv2dBytes,
  packedTransposedConv2dBytes,
  packTransposedConv2d,
} from "./packing";
