import {
  graphFiles,
  integers,
  type JsonConstant,
  list,
  text,
  weight,
  windowAttributes,
} from "./testing/graph-files.ts";
import { conv, kernel, one, testEach } from "./testing/hostile-cases.ts";

const mirror = (...values: number[]): JsonConstant => ({ shape: [4, 2], values: Int32Array.from(values) });

testEach([
  [
    "a negative stride",
    graphFiles([conv({ strides: list([1, -1, -1, 1]) })], { kernel }),
    /^unsupported_op: Conv2D "conv": attribute "strides" is \[1,-1,-1,1\]/,
  ],
  [
    "a stride of 0",
    graphFiles([conv({ strides: list([1, 0, 0, 1]) })], { kernel }),
    /"strides" is \[1,0,0,1\]/,
  ],
  [
    "a stride over batches",
    graphFiles([conv({ strides: list([2, 1, 1, 1]) })], { kernel }),
    /"strides" is \[2,1,1,1\]/,
  ],
  [
    "a stride of 2^31",
    graphFiles([conv({ strides: list([1, 2 ** 31, 2 ** 31, 1]) })], { kernel }),
    /"strides" holds 2147483648; it must hold whole numbers below 2\^31/,
  ],
  [
    "a stride of 1e308",
    graphFiles([conv({ strides: { list: { i: [1, 1e308, 1e308, 1] } } })], { kernel }),
    /"strides" holds 1e\+308/,
  ],
  ["no strides", graphFiles([conv({ strides: list([]) })], { kernel }), /"strides" is \[\]/],
  [
    "nine strides",
    graphFiles([conv({ strides: list(Array<number>(9).fill(1)) })], { kernel }),
    /"strides" is .*; it must be a list of at most 8/,
  ],
  [
    "a dilation of 2",
    graphFiles([conv({ dilations: list([1, 2, 2, 1]) })], { kernel }),
    /^unsupported_op: Conv2D "conv": attribute "dilations" is \[1,2,2,1\]/,
  ],
  [
    "a dilation of -1",
    graphFiles([conv({ dilations: list([1, -1, -1, 1]) })], { kernel }),
    /"dilations" is \[1,-1,-1,1\]/,
  ],
  [
    "margins of -1",
    graphFiles([conv(windowAttributes(1, [-1, 0, 0, 0]))], { kernel }),
    /"explicit_paddings" is \[0,0,-1,0,0,0,0,0\]/,
  ],
  [
    "margins of 257",
    graphFiles([conv(windowAttributes(1, [257, 0, 0, 0]))], { kernel }),
    /"explicit_paddings" is/,
  ],
  ["margins of 256", graphFiles([conv(windowAttributes(1, [256, 0, 0, 256]))], { kernel }), /^ran/],
  [
    "margins without EXPLICIT's list",
    graphFiles([conv({ padding: text("EXPLICIT") })], { kernel }),
    /"explicit_paddings" is \[\]/,
  ],
  [
    "SAME around a filter of 64×64",
    graphFiles([conv({}, ["input", "wide"])], { wide: weight(64, 64, 3, 1) }),
    /^ran/,
  ],
  [
    "a filter of 65×1",
    graphFiles([conv({}, ["input", "tall"])], { tall: weight(65, 1, 3, 1) }),
    /^unsupported_op: Conv2D "conv": its filter has the shape \[65,1,3,1\]/,
  ],
  [
    "a filter larger than the image",
    graphFiles([conv(windowAttributes(1, "VALID"), ["input", "wide"])], { wide: weight(64, 64, 3, 1) }),
    /^invalid_input: The model cannot take 16×16 pixels .*64×64 window.* to 64×64/,
  ],
  [
    "mirror padding of 256",
    graphFiles([one("MirrorPad", "input", "paddings")], {
      paddings: mirror(0, 0, 256, 256, 256, 256, 0, 0),
    }),
    /^invalid_input: .* cannot mirror 256 pixels of 16×16×3/,
  ],
  [
    "mirror padding of -1",
    graphFiles([one("MirrorPad", "input", "paddings")], { paddings: mirror(0, 0, -1, 0, 0, 0, 0, 0) }),
    /^unsupported_op: MirrorPad "y": its paddings are \[0,0,-1,0,0,0,0,0\]/,
  ],
  [
    "mirror padding of 2^31 - 1",
    graphFiles([one("MirrorPad", "input", "paddings")], {
      paddings: mirror(0, 0, 2 ** 31 - 1, 0, 0, 0, 0, 0),
    }),
    /its paddings are \[0,0,2147483647/,
  ],
  [
    "mirror padding of channels",
    graphFiles([one("MirrorPad", "input", "paddings")], { paddings: mirror(0, 0, 0, 0, 0, 0, 1, 1) }),
    /its paddings are \[0,0,0,0,0,0,1,1\]/,
  ],
  [
    "mirror padding as a flat list",
    graphFiles([one("MirrorPad", "input", "paddings")], { paddings: integers(0, 0, 1, 1, 1, 1, 0, 0) }),
    /its paddings have the shape \[8\]/,
  ],
  [
    "a slope of 1e300",
    graphFiles([{ ...one("LeakyRelu", "input"), attr: { alpha: { f: 1e300 } } }]),
    /^unsupported_op: LeakyRelu "y": attribute "alpha" is 1e\+300; it must be a finite float32/,
  ],
  [
    "a slope of blank text",
    graphFiles([{ ...one("LeakyRelu", "input"), attr: { alpha: { f: " " } } }]),
    /"alpha" is {2}; it must be/,
  ],
  ["a slope of -2", graphFiles([{ ...one("LeakyRelu", "input"), attr: { alpha: { f: -2 } } }]), /^ran/],
  [
    "joining 63 images",
    graphFiles([one("ConcatV2", ...Array<string>(63).fill("input"), "axis")], {
      axis: { shape: [], values: Int32Array.of(3) },
    }),
    /^unsupported_op: ConcatV2 "y": it joins 63 images; two are supported/,
  ],
  [
    "joining nothing",
    graphFiles([one("ConcatV2", "axis")], { axis: { shape: [], values: Int32Array.of(3) } }),
    /^unsupported_op: ConcatV2 "y": attribute "N" is 0/,
  ],
]);
