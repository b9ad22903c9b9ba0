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
export {
  packConv2d,
  packDepthwiseConv2d,
  packedConv2dBytes,
  packedDepthwiseConv2dBytes,
  packedTransposedConv2dBytes,
  packTransposedConv2d,
} from "./packing";
