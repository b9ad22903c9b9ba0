import { describe, expect, test } from "vitest";
import { EngineError } from "../errors.ts";
import { graphFiles, jsonOf, text, withJson } from "../testing/graph-files.ts";
import { parseGraphModel } from "./parse.ts";

const relu = graphFiles([{ name: "y", op: "Relu", input: ["input"] }]);

/** The code and message of whatever reading the damaged model throws. */
function refusal(damage: (json: ReturnType<typeof jsonOf>) => unknown): [string, string] {
  const json = jsonOf(relu);
  const changed = damage(json) ?? json;
  try {
    parseGraphModel(withJson(changed, relu.weights));
  } catch (error) {
    if (error instanceof EngineError) return [error.code, error.message];
    throw error;
  }
  throw new Error("the model was read");
}

test("reads nodes in reading order, without Identity", () => {
  const files = graphFiles([
    { name: "output", op: "Identity", input: ["y:0"] },
    { name: "y", op: "Tanh", input: ["x"] },
    { name: "x", op: "Identity", input: ["input"] },
  ]);
  const graph = parseGraphModel(files);
  expect(graph.nodes.map(({ op }) => op)).toEqual(["Placeholder", "Tanh"]);
  expect([graph.input, graph.output]).toEqual([0, 1]);
});

test("the signature names the output where there is one", () => {
  const json = jsonOf(
    graphFiles([
      { name: "y", op: "Relu", input: ["input"] },
      { name: "z", op: "Tanh", input: ["y"] },
    ]),
  );
  json.signature = { outputs: { y: { name: "y:0" } } };
  const graph = parseGraphModel(withJson(json, relu.weights));
  expect(graph.nodes[graph.output]?.name).toBe("y");
});

test("attributes with TensorFlow's underscore are no business of ours", () => {
  const files = graphFiles([
    { name: "y", op: "Relu", input: ["input"], attr: { T: { type: 1 }, _output_shapes: { list: {} } } },
  ]);
  expect(parseGraphModel(files).nodes).toHaveLength(2);
});

describe("files that are no model", () => {
  test.each([
    ["nothing", new Uint8Array()],
    ["a picture", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)],
    ["half a document", relu.model.slice(0, relu.model.length / 2)],
    ["a list", new TextEncoder().encode("[]")],
    ["null", new TextEncoder().encode("null")],
    ["a hundred thousand brackets", new TextEncoder().encode("[".repeat(100_000))],
    ["5 MiB", new Uint8Array(5 * 2 ** 20)],
  ])("%s", (_, model) => {
    expect(() => parseGraphModel({ model, weights: [] })).toThrow(
      expect.objectContaining({ name: "EngineError", code: "invalid_model" }),
    );
  });
});

describe("models that do not hold together", () => {
  test.each([
    [
      "a layers model",
      (json) => {
        json.format = "layers-model";
      },
      /format layers-model/,
    ],
    ["no topology", (json) => void delete json.modelTopology, /modelTopology is undefined/],
    [
      "functions",
      (json) => {
        json.modelTopology.library = { function: [{}] };
      },
      /defines functions/,
    ],
    [
      "no placeholder",
      (json) => {
        json.modelTopology.node[0] = { name: "input", op: "Const" };
      },
      /"input" has no values in the weights manifest/,
    ],
    [
      "two placeholders",
      (json) => void json.modelTopology.node.push({ ...json.modelTopology.node[0], name: "b" }),
      /more than one Placeholder/,
    ],
    [
      "two outputs",
      (json) => void json.modelTopology.node.push({ name: "z", op: "Tanh", input: ["input"] }),
      /2 outputs/,
    ],
    [
      "a second output of a node",
      (json) => {
        json.modelTopology.node[1].input = ["input:1"];
      },
      /first output/,
    ],
    [
      "a control input",
      (json) => {
        json.modelTopology.node[1].input = ["^input"];
      },
      /first output/,
    ],
    [
      "a node without a name",
      (json) => void delete json.modelTopology.node[1].name,
      /A node's name is undefined/,
    ],
    [
      "a name that is __proto__",
      (json) => {
        json.modelTopology.node[1].input = ["__proto__"];
      },
      /reads "__proto__"/,
    ],
    [
      "a million nodes",
      (json) => {
        json.modelTopology.node = Array(10_000).fill(0);
      },
      /10000 entries/,
    ],
    [
      "an output that is no node",
      (json) => {
        json.signature = { outputs: { y: { name: "gone" } } };
      },
      /"gone" is no node/,
    ],
  ] as [string, (json: ReturnType<typeof jsonOf>) => void, RegExp][])("%s", (_, damage, message) => {
    const [, text] = refusal(damage);
    expect(text).toMatch(message);
  });
});

describe("what the engine does not compute is refused by name", () => {
  test.each([
    ["an unknown op", { op: "Softmax" }, /^Softmax "y": this op is not supported/],
    ["an op that is a prototype's member", { op: "constructor" }, /^constructor "y": this op/],
    [
      "an unknown attribute",
      { attr: { sparse: { b: true } } },
      /^Relu "y": attribute "sparse" is not supported/,
    ],
    ["a data type", { attr: { T: { type: "DT_HALF" } } }, /^Relu "y": attribute "T" is DT_HALF/],
    ["inputs too many", { input: ["input", "input"] }, /^Relu "y": it reads 2 inputs; it takes 1/],
    ["a slope that is text", { op: "LeakyRelu", attr: { alpha: { f: "steep" } } }, /"alpha" is steep/],
  ])("%s", (_, change, message) => {
    const [code, text] = refusal((json) => void Object.assign(json.modelTopology.node[1], change));
    expect(code).toBe("unsupported_op");
    expect(text).toMatch(message);
  });

  test.each([
    ["strides", { list: { i: ["1", "-2", "-2", "1"] } }, /"strides" is \[1,-2,-2,1\]/],
    ["strides", { list: { i: ["1", "0", "0", "1"] } }, /"strides" is/],
    ["strides", { list: { i: ["1", "2147483648", "1", "1"] } }, /whole numbers below 2\^31/],
    ["strides", { list: { i: ["1", "1", "2", "1"] } }, /"strides" is \[1,1,2,1\]/],
    ["dilations", { list: { i: ["1", "2", "2", "1"] } }, /"dilations" is \[1,2,2,1\]/],
    ["data_format", text("NCHW"), /"data_format" is NCHW; only NHWC/],
    ["padding", text("FULL"), /"padding" is FULL/],
    [
      "explicit_paddings",
      { list: { i: ["0", "0", "-1", "0", "0", "0", "0", "0"] } },
      /"explicit_paddings" is/,
    ],
    ["padding", { s: "!!!" }, /must be base64/],
  ])("a convolution's %s", (name, value, message) => {
    const attr = { strides: { list: { i: ["1", "1", "1", "1"] } }, padding: text("EXPLICIT") };
    const explicit = { explicit_paddings: { list: { i: ["0", "0", "1", "1", "1", "1", "0", "0"] } } };
    const [code, message_] = refusal((json) => {
      json.modelTopology.node[1] = {
        name: "y",
        op: "Conv2D",
        input: ["input", "input"],
        attr: { ...attr, ...explicit, [name]: value },
      };
    });
    expect(code).toBe("unsupported_op");
    expect(message_).toMatch(message);
    expect(message_).toMatch(/^Conv2D "y"/);
  });

  test.each([
    ["a shape of three sides", [{ size: "-1" }, { size: "8" }, { size: "3" }]],
    ["a batch of two", [{ size: "2" }, { size: "-1" }, { size: "-1" }, { size: "3" }]],
    ["open channels", [{ size: "-1" }, { size: "-1" }, { size: "-1" }, { size: "-1" }]],
    ["a side of 2^31", [{ size: "1" }, { size: "2147483648" }, { size: "-1" }, { size: "3" }]],
    ["sides without a size", [{}, {}, {}, {}]],
  ])("an input of %s", (_, dim) => {
    const [code, text] = refusal((json) => {
      json.modelTopology.node[0].attr.shape = { shape: { dim } };
    });
    expect(code).toBe("unsupported_op");
    expect(text).toMatch(/^Placeholder "input": attribute "shape"/);
  });
});

test("hostile names reach messages shortened and without control characters", () => {
  const [, text] = refusal((json) => {
    json.modelTopology.node[1].op = `\u001b[31m${"x".repeat(4000)}`.slice(0, 4000);
  });
  expect(text.length).toBeLessThan(700);
});
