import { graphFiles, integers, type JsonConstant, type JsonNode } from "./testing/graph-files.ts";
import { floats, testEach } from "./testing/hostile-cases.ts";

const norm = (...changes: JsonNode[]): JsonNode[] => {
  const nodes: JsonNode[] = [
    { name: "mean", op: "Mean", input: ["input", "axes"], attr: { keep_dims: { b: true } } },
    { name: "squares", op: "SquaredDifference", input: ["input", "mean"] },
    { name: "variance", op: "Mean", input: ["squares", "axes"], attr: { keep_dims: { b: true } } },
    { name: "shifted", op: "AddV2", input: ["variance", "epsilon"] },
    { name: "rsqrt", op: "Rsqrt", input: ["shifted"] },
    { name: "centred", op: "Sub", input: ["input", "mean"] },
    { name: "norm", op: "Mul", input: ["centred", "rsqrt"] },
  ];
  return nodes.map((node) => changes.find(({ name }) => name === node.name) ?? node);
};
const normWith = (epsilon: JsonConstant, axes = integers(1, 2), ...changes: JsonNode[]) =>
  graphFiles(norm(...changes), { epsilon, axes });

testEach([
  ["as it should be", normWith(floats([], 1e-5)), /^ran/],
  ["an epsilon of 0", normWith(floats([], 0)), /^unsupported_op: AddV2 "shifted": the epsilon .* is 0;/],
  ["a negative epsilon", normWith(floats([], -1)), /the epsilon .* is -1;/],
  [
    "an epsilon that is NaN",
    normWith(floats([], Number.NaN)),
    /^invalid_model: Weight "epsilon" holds NaN at 0/,
  ],
  ["two epsilons", normWith(floats([2], 1, 1)), /the epsilon .* has the shape \[2\]/],
  ["the smallest epsilon there is", normWith(floats([], 1e-45)), /^ran/],
  ["axes 1 and 2 from behind", normWith(floats([], 1e-5), integers(-3, -2)), /^ran/],
  ["axes over channels", normWith(floats([], 1e-5), integers(1, 3)), /^unsupported_op: Mul "norm": it is/],
  ["three axes", normWith(floats([], 1e-5), integers(1, 2, 3)), /^unsupported_op: Mul "norm"/],
  [
    "a mean that drops its axes",
    normWith(floats([], 1e-5), integers(1, 2), { name: "mean", op: "Mean", input: ["input", "axes"] }),
    /^unsupported_op: Mul "norm"/,
  ],
  [
    "a mean of something else",
    normWith(floats([], 1e-5), integers(1, 2), {
      name: "squares",
      op: "SquaredDifference",
      input: ["mean", "mean"],
    }),
    /^unsupported_op: Mul "norm"/,
  ],
]);
