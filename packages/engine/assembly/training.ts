/** What a training step needs: the inference kernels and their gradients, working inside another module's memory. */

export { columnSum } from "./column-sums";
export {
  conv2d,
  conv2dScratchBytes,
  depthwiseConv2d,
  transposedConv2d,
  transposedConv2dScratchBytes,
} from "./convolution";
export {
  depthwiseFilterGradient,
  depthwiseFilterGradientScratchBytes,
  depthwiseInputGradient,
  packDepthwiseInputGradient,
  packedDepthwiseInputGradientBytes,
} from "./depthwise-gradient";
export { activate, add, biasAdd } from "./elementwise";
export { conv2dFilterGradient, conv2dFilterGradientScratchBytes } from "./filter-gradient";
export { mirrorPadGradient, resizeNearestGradient } from "./image-gradients";
export { mirrorPad, resizeNearest } from "./images";
export { instanceNorm, instanceNormGradient } from "./instance-norm";
export {
  packConv2d,
  packDepthwiseConv2d,
  packedConv2dBytes,
  packedDepthwiseConv2dBytes,
  packedTransposedConv2dBytes,
  packTransposedConv2d,
} from "./packing";
export { adamUpdate, reluGradient } from "./training-elements";
