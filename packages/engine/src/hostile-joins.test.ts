import { graphFiles } from "./testing/graph-files.ts";
import { conv, damaged, kernel, nodeOf, one, testEach } from "./testing/hostile-cases.ts";

testEach([
  [
    "a cycle of three",
    graphFiles([
      { name: "a", op: "Relu", input: ["c"] },
      { name: "b", op: "Relu", input: ["a"] },
      { name: "c", op: "Relu", input: ["b"] },
    ]),
    /^invalid_model: "a" depends on itself; the graph must not have cycles/,
  ],
  ["a self loop", graphFiles([one("Relu", "y")]), /^invalid_model: "y" depends on itself/],
  [
    "a self loop through Identity",
    graphFiles([{ name: "i", op: "Identity", input: ["i"] }, one("Relu", "i")]),
    /^invalid_model: "i" depends on itself/,
  ],
  [
    "a cycle that the output does not need",
    graphFiles([
      { name: "a", op: "AddV2", input: ["b", "input"] },
      { name: "b", op: "Relu", input: ["a"] },
      one("Relu", "input"),
    ]),
    /^invalid_model: "a" depends on itself/,
  ],
  ["a missing input", graphFiles([one("Relu", "gone")]), /^invalid_model: "y" reads "gone"/],
  ["no inputs", graphFiles([one("Relu")]), /Relu "y": it reads 0 inputs; it takes 1/],
  [
    "a convolution without a filter",
    graphFiles([conv({}, ["input"])], { kernel }),
    /^unsupported_op: Conv2D "conv": it reads 1 inputs; it takes 2/,
  ],
  [
    "two nodes of one name",
    graphFiles([one("Relu", "input"), one("Tanh", "input")]),
    /^invalid_model: Two nodes are called "y"/,
  ],
  [
    "a node called like the input",
    graphFiles([{ name: "input", op: "Relu", input: ["input"] }]),
    /^invalid_model: Two nodes are called "input"/,
  ],
  [
    "a control dependency",
    graphFiles([one("Relu", "input", "^input")]),
    /^invalid_model: "y" reads "\^input"; only a node's first output/,
  ],
  ["a second output", graphFiles([one("Relu", "input:1")]), /^invalid_model: "y" reads "input:1"/],
  ["port 2^64", graphFiles([one("Relu", "input:18446744073709551616")]), /^invalid_model: "y" reads/],
  [
    "a constant that reads",
    damaged((json) => {
      nodeOf(json, "Const").input = ["input"];
    }),
    /^unsupported_op: Const ".*": it reads 1 inputs; it takes 0/,
  ],
  [
    "an input that reads",
    damaged((json) => {
      nodeOf(json, "Placeholder").input = [nodeOf(json, "Const").name];
    }),
    /^unsupported_op: Placeholder "input": it reads 1 inputs; it takes 0/,
  ],
  [
    "65 inputs",
    graphFiles([one("ConcatV2", ...Array<string>(65).fill("input"))]),
    /^invalid_model: Inputs of "y" has 65 entries; at most 64/,
  ],
  [
    "no nodes",
    damaged((json) => {
      json.modelTopology.node = [];
    }),
    /^invalid_model: The model has no Placeholder/,
  ],
  ["nothing but an input", graphFiles([]), /^ran/],
  ["an output that is the input", graphFiles([one("Identity", "input")]), /^ran/],
  [
    "an output that is a constant",
    damaged((json) => {
      json.signature = { outputs: { y: { name: nodeOf(json, "Const").name } } };
    }),
    /^unsupported_op: Const ".*": it cannot make an image/,
  ],
  [
    "an output that is a size",
    graphFiles([one("Shape", "input")]),
    /^unsupported_op: Shape "y": it cannot make an image/,
  ],
  [
    "nodes that nothing needs",
    damaged((json) => {
      json.signature = { outputs: { y: { name: json.modelTopology.node.at(-1).name } } };
      json.modelTopology.node.push({ name: "unused", op: "Relu", input: ["input"] });
    }),
    /^ran/,
  ],
  [
    "a thousand readers of one node",
    graphFiles([
      { name: "x", op: "Tanh", input: ["input"] },
      ...Array.from({ length: 1000 }, (_, index) => ({
        name: `s${index}`,
        op: "AddV2",
        input: ["x", index === 0 ? "x" : `s${index - 1}`],
      })),
    ]),
    /^ran/,
  ],
]);
