import { INPUT, type NetworkNode, type NetworkSpec } from "@unpaired/core";
import fc from "fast-check";

interface Tensor {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** What one step of the drawing decides; numbers are taken modulo what is possible at that point. */
const choice = fc.record({
  kind: fc.constantFrom(
    "conv",
    "depthwiseConv",
    "transposedConv",
    "resize",
    "norm",
    "activation",
    "add",
    "concat",
  ),
  source: fc.nat(3),
  other: fc.nat(),
  size: fc.integer({ min: 1, max: 5 }),
  filters: fc.integer({ min: 1, max: 11 }),
  halve: fc.boolean(),
  reflect: fc.boolean(),
  bias: fc.boolean(),
  activation: fc.constantFrom("relu", "leakyRelu", "tanh", "sigmoid"),
} as const);

type Choice = typeof choice extends fc.Arbitrary<infer Value> ? Value : never;

/** Networks of up to ten layers that hold together at the size drawn with them. */
export const randomNetwork = fc
  .record({
    choices: fc.array(choice, { minLength: 1, maxLength: 10 }),
    width: fc.integer({ min: 3, max: 12 }),
    height: fc.integer({ min: 3, max: 12 }),
    channels: fc.integer({ min: 1, max: 9 }),
  })
  .map(({ choices, width, height, channels }) => ({
    spec: draw(choices, { id: INPUT, width, height, channels }),
    width,
    height,
  }));

function draw(choices: readonly Choice[], input: Tensor): NetworkSpec {
  const tensors = [input];
  const nodes: NetworkNode[] = [];
  for (const [index, drawn] of choices.entries()) {
    const made = step(`n${index}`, drawn, tensors);
    nodes.push(made.node);
    tensors.push(made.tensor);
  }
  return {
    name: "drawn",
    inputChannels: input.channels,
    nodes,
    output: tensors.at(-1)!.id,
    multipleOf: 1,
    // What holds for both sides holds for a square of the smaller one.
    minimumSide: Math.min(input.width, input.height),
  };
}

function step(id: string, drawn: Choice, tensors: readonly Tensor[]): { node: NetworkNode; tensor: Tensor } {
  const x = tensors[Math.max(0, tensors.length - 1 - drawn.source)]!;
  const small = Math.min(x.width, x.height);
  const enlargeable = Math.max(x.width, x.height) <= 24;
  const bias = drawn.bias ? { bias: `${id}/bias` } : {};
  const activation = (): { node: NetworkNode; tensor: Tensor } => ({
    node: { op: "activation", id, inputs: [x.id], kind: drawn.activation, slope: 0.2 },
    tensor: { ...x, id },
  });
  switch (drawn.kind) {
    case "conv":
    case "depthwiseConv": {
      // Halving keeps to even sides, so that models that enlarge again stay suitable.
      const stride = drawn.halve && x.width % 2 === 0 && x.height % 2 === 0 ? 2 : 1;
      const pixels = Math.min(Math.floor(drawn.size / 2), small - 1);
      const size = Math.min(drawn.size, small + 2 * pixels);
      const side = (length: number) => Math.floor((length + 2 * pixels - size) / stride) + 1;
      const padding = { mode: drawn.reflect ? "reflect" : "zero", pixels } as const;
      const common = { id, inputs: [x.id], size, stride, padding, kernel: `${id}/kernel`, ...bias } as const;
      const filters = drawn.kind === "conv" ? drawn.filters : x.channels;
      return {
        node: drawn.kind === "conv" ? { op: "conv", filters, ...common } : { op: "depthwiseConv", ...common },
        tensor: { id, width: side(x.width), height: side(x.height), channels: filters },
      };
    }
    case "transposedConv": {
      if (!enlargeable) return activation();
      const { filters } = drawn;
      return {
        node: {
          op: "transposedConv",
          id,
          inputs: [x.id],
          filters,
          size: 3,
          stride: 2,
          padding: 1,
          outputPadding: drawn.halve ? 1 : 0,
          kernel: `${id}/kernel`,
          ...bias,
        },
        tensor: {
          id,
          width: 2 * x.width - (drawn.halve ? 0 : 1),
          height: 2 * x.height - (drawn.halve ? 0 : 1),
          channels: filters,
        },
      };
    }
    case "resize": {
      const scale = 1 + (drawn.size % 3);
      if (!enlargeable) return activation();
      return {
        node: { op: "resize", id, inputs: [x.id], scale },
        tensor: { ...x, id, width: x.width * scale, height: x.height * scale },
      };
    }
    case "norm":
      return {
        node: { op: "norm", id, inputs: [x.id], kind: "instance", epsilon: 1e-3 },
        tensor: { ...x, id },
      };
    case "activation":
      return activation();
    case "add": {
      const fitting = tensors.filter(
        (y) => y.width === x.width && y.height === x.height && y.channels === x.channels,
      );
      const y = fitting[drawn.other % fitting.length]!;
      return { node: { op: "add", id, inputs: [x.id, y.id] }, tensor: { ...x, id } };
    }
    case "concat": {
      const fitting = tensors.filter((y) => y.width === x.width && y.height === x.height);
      const y = fitting[drawn.other % fitting.length]!;
      return {
        node: { op: "concat", id, inputs: [x.id, y.id] },
        tensor: { ...x, id, channels: x.channels + y.channels },
      };
    }
  }
}
