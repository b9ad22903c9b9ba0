import { graphFiles } from "./testing/graph-files.ts";
import { damaged, generator, one, spelled, testEach } from "./testing/hostile-cases.ts";

const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

testEach([
  ["no bytes", { ...generator, model: new Uint8Array() }, /^invalid_model: model.json is not JSON in UTF-8/],
  [
    "Latin-1",
    { ...generator, model: Uint8Array.from(generator.model, (byte) => (byte === 0x78 ? 0xe9 : byte)) },
    /^invalid_model: model.json is not JSON in UTF-8/,
  ],
  [
    "UTF-16",
    { ...generator, model: new Uint8Array(Uint16Array.from(generator.model).buffer) },
    /^invalid_model: model.json is not JSON/,
  ],
  ["a byte order mark", { ...generator, model: Uint8Array.of(0xef, 0xbb, 0xbf, ...generator.model) }, /^ran/],
  [
    "brackets left open",
    { ...generator, model: new TextEncoder().encode("[".repeat(2 ** 20)) },
    /^invalid_model: model.json is not JSON/,
  ],
  [
    "a nested document",
    { ...generator, model: new TextEncoder().encode(nested(2 ** 20)) },
    /^invalid_model: model.json is a deeply nested list; it must be an object/,
  ],
  [
    "a nested format",
    spelled('"graph-model"', nested(100_000)),
    /^invalid_model: model.json has the format a deeply nested list/,
  ],
  [
    "a nested attribute",
    spelled('"strides":{"list":', `"strides":{"s":${nested(100_000)},"old":`),
    /^unsupported_op: Conv2D ".*": attribute "strides" is a deeply nested object; it must have a member/,
  ],
  [
    "more than is read",
    { ...generator, model: new Uint8Array(2 ** 23).fill(0x20) },
    /^invalid_model: model.json has 8388608 bytes; at most 4194304 are read/,
  ],
  [
    "keys that are prototypes'",
    spelled('"format"', '"__proto__":{"format":"layers-model"},"constructor":1,"format"'),
    /^ran/,
  ],
  [
    "a format that only a prototype has",
    spelled('"format"', '"__proto__":{"format":"graph-model"},"old"'),
    /^invalid_model: model.json has the format undefined/,
  ],
  [
    "a node called __proto__",
    graphFiles([
      { name: "__proto__", op: "Relu", input: ["input"] },
      { name: "y", op: "Tanh", input: ["__proto__"] },
    ]),
    /^ran/,
  ],
  ["an op called __proto__", graphFiles([one("__proto__", "input")]), /^unsupported_op: __proto__ "y"/],
  ["an op called toString", graphFiles([one("toString", "input")]), /^unsupported_op: toString "y"/],
  ["an attribute called __proto__", spelled('"attr":{', '"attr":{"__proto__":{},'), /^ran/],
  [
    "an attribute called constructor",
    spelled('"attr":{', '"attr":{"constructor":{},'),
    /^unsupported_op: .*: attribute "constructor" is not supported/,
  ],
  [
    "a name with an escape sequence",
    graphFiles([{ name: "\u001b[2J", op: "Relu", input: ["input"] }]),
    /^invalid_model: A node's name is �\[2J; it must be/,
  ],
  [
    "a name of 300 characters",
    graphFiles([{ name: "x".repeat(300), op: "Relu", input: ["input"] }]),
    /^invalid_model: A node's name is x{77}…; it must be a text of 1 to 256/,
  ],
  [
    "a manifest that is text",
    damaged((json) => {
      json.weightsManifest = "weights";
    }),
    /^invalid_model: weightsManifest is weights; it must be a list/,
  ],
  [
    "nodes that are text",
    damaged((json) => {
      json.modelTopology.node = Array(5).fill("node");
    }),
    /^invalid_model: A node is node; it must be an object/,
  ],
  [
    "ten thousand outputs",
    damaged((json) => {
      json.signature = {
        outputs: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [i, { name: "input" }])),
      };
    }),
    /^invalid_model: The model has 10000 outputs; it must have exactly one/,
  ],
]);
