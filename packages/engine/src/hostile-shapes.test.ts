import { graphFiles, integers, type JsonNode, weight, windowAttributes } from "./testing/graph-files.ts";
import { conv, kernel, one, testEach } from "./testing/hostile-cases.ts";

const transposed = (stride: number, padding: "SAME" | "VALID" = "SAME"): JsonNode => ({
  name: "up",
  op: "Conv2DBackpropInput",
  input: ["size", "kernel", "input"],
  attr: windowAttributes(stride, padding),
});

testEach([
  [
    "a filter of three sides",
    graphFiles([conv({}, ["input", "flat"])], { flat: weight(3, 3, 9) }),
    /^unsupported_op: Conv2D "conv": its filter has the shape \[3,3,9\]/,
  ],
  [
    "a filter for other channels",
    graphFiles([conv({}, ["input", "four"])], { four: weight(3, 3, 4, 3) }),
    /its filter reads 4 channels and the input has 3/,
  ],
  [
    "a depthwise filter that multiplies channels",
    graphFiles([{ ...conv(), op: "DepthwiseConv2dNative" }], { kernel }),
    /^unsupported_op: DepthwiseConv2dNative "conv": its filter has the shape \[3,3,3,3\]/,
  ],
  [
    "a bias for other channels",
    graphFiles([conv(), one("BiasAdd", "conv", "bias")], { kernel, bias: weight(4) }),
    /^unsupported_op: BiasAdd "y": its bias has the shape \[4\]; it must be \[3\]/,
  ],
  [
    "a sum of 3 and 4 channels",
    graphFiles([conv({}, ["input", "four"]), one("AddV2", "conv", "input")], {
      four: weight(3, 3, 3, 4),
    }),
    /^unsupported_op: AddV2 "y": it adds 4 to 3 channels/,
  ],
  [
    "a sum of two sizes",
    graphFiles([conv(windowAttributes(1, "VALID")), one("AddV2", "conv", "input")], { kernel }),
    /^invalid_model: The model fits no image size: "y" joins 254×254×3 and 256×256×3/,
  ],
  [
    "a transposed convolution to another size",
    graphFiles([transposed(2)], { kernel, size: integers(1, 64, 64, 3) }),
    /^unsupported_op: Conv2DBackpropInput "up": its paddings and strides do not lead from 256×256×3 to 64×64×3/,
  ],
  [
    "a transposed convolution to a batch of 2",
    graphFiles([transposed(2)], { kernel, size: integers(2, 32, 32, 3) }),
    /its output shape is \[2,32,32,3\]/,
  ],
  [
    "a transposed convolution to a negative size",
    graphFiles([transposed(1, "VALID")], { kernel, size: integers(1, -16, -16, 3) }),
    /its output shape is \[1,-16,-16,3\]/,
  ],
  [
    "a transposed convolution to a list of two",
    graphFiles([transposed(2)], { kernel, size: integers(32, 32) }),
    /its output shape is \[32,32\]/,
  ],
]);
