import { graphFiles, integers } from "./testing/graph-files.ts";
import { damaged, nodeOf, one, testEach } from "./testing/hostile-cases.ts";

testEach([
  [
    "a size of 2^30",
    graphFiles([one("ResizeNearestNeighbor", "input", "size")], { size: integers(2 ** 30, 2 ** 30) }),
    /^invalid_model: The model fits no image size: .*1073741824×1073741824×3, beyond 32767/,
  ],
  [
    "a size of 0",
    graphFiles([one("ResizeNearestNeighbor", "input", "size")], { size: integers(0, 16) }),
    /^unsupported_op: ResizeNearestNeighbor "y": its size is \[0,16\]/,
  ],
  [
    "three sizes",
    graphFiles([one("ResizeNearestNeighbor", "input", "size")], { size: integers(32, 32, 32) }),
    /its size is \[32,32,32\]/,
  ],
  [
    "a size that shrinks",
    graphFiles([one("ResizeNearestNeighbor", "input", "size")], { size: integers(8, 8) }),
    /^unsupported_op: .*only whole factors/,
  ],
  [
    "a size multiplied beyond 2^31",
    graphFiles(
      [
        { name: "product", op: "Mul", input: ["size", "size"] },
        one("ResizeNearestNeighbor", "input", "product"),
      ],
      { size: integers(65_536, 65_536) },
    ),
    /^unsupported_op: Mul "product": its value \[4294967296,4294967296\] is no size/,
  ],
  [
    "a slice beyond the end",
    graphFiles(
      [
        { name: "shape", op: "Shape", input: ["input"] },
        { name: "part", op: "Slice", input: ["shape", "begin", "count"] },
        one("ResizeNearestNeighbor", "input", "part"),
      ],
      { begin: integers(1), count: integers(2 ** 31 - 1) },
    ),
    /^unsupported_op: Slice "part": it takes 2147483647 values from 1 on out of 4/,
  ],
  [
    "a slice from -1",
    graphFiles(
      [
        { name: "shape", op: "Shape", input: ["input"] },
        { name: "part", op: "Slice", input: ["shape", "begin", "count"] },
        one("ResizeNearestNeighbor", "input", "part"),
      ],
      { begin: integers(-1), count: integers(2) },
    ),
    /from -1 on out of 4/,
  ],
  [
    "a batch of 2",
    damaged((json) => {
      nodeOf(json, "Placeholder").attr.shape.shape.dim[0].size = "2";
    }),
    /^unsupported_op: Placeholder "input": attribute "shape" is \[2,-1,-1,3\]/,
  ],
  [
    "a side of 0",
    damaged((json) => {
      nodeOf(json, "Placeholder").attr.shape.shape.dim[1].size = "0";
    }),
    /"shape" is \[-1,0,-1,3\]/,
  ],
  [
    "a side of 2^31 - 1",
    damaged((json) => {
      nodeOf(json, "Placeholder").attr.shape.shape.dim[1].size = "2147483647";
    }),
    /^invalid_model: The model fits no image size: .*2147483647/,
  ],
  [
    "a million channels",
    damaged((json) => {
      nodeOf(json, "Placeholder").attr.shape.shape.dim[3].size = "1000000";
    }),
    /"shape" is \[-1,-1,-1,1000000\]/,
  ],
]);
