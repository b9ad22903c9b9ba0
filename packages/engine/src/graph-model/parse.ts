import { invalidModel, printable } from "../errors.ts";
import type { ModelFiles } from "../session-types.ts";
import type { RawNode } from "./attributes.ts";
import type { Graph, GraphNode } from "./graph.ts";
import { array, type JsonRecord, member, parseJson, name as readName, record } from "./json.ts";
import { readOperation } from "./operations.ts";
import { inReadingOrder } from "./order.ts";
import { readWeights } from "./weights.ts";

const MAX_NODES = 8192;
const MAX_INPUTS = 64;

/**
 * Reads a tfjs graph model.
 *
 * Source: tfjs-converter `operation_mapper.ts` (what a topology means), TensorFlow GraphDef.
 *
 * @throws EngineError `invalid_model` or `unsupported_op`
 */
export function parseGraphModel(files: ModelFiles): Graph {
  const model = parseJson(files.model);
  const format = member(model, "format");
  if (format !== "graph-model") {
    throw invalidModel(`model.json has the format ${printable(format)}; the engine reads "graph-model".`);
  }
  const weights = readWeights(member(model, "weightsManifest"), files.weights);
  const topology = record(member(model, "modelTopology"), "modelTopology");
  const ordered = inReadingOrder(readNodes(topology));

  const nodes: GraphNode[] = [];
  const positions = new Map<string, number>();
  const read = new Set<string>();
  for (const node of ordered) {
    const inputs = node.inputs.map((name) => positions.get(name)!);
    for (const name of node.inputs) read.add(name);
    if (node.op === "Identity") {
      if (inputs.length !== 1) throw invalidModel(`Identity "${printable(node.name)}" must read one node.`);
      positions.set(node.name, inputs[0]!);
      continue;
    }
    positions.set(node.name, nodes.length);
    nodes.push(readOperation(node, { inputs, constant: weights.constants.get(node.name) }));
  }
  const input = onlyPlaceholder(nodes);
  const output = positions.get(outputName(model, ordered, read))!;
  return { nodes, input, output, releaseWeights: weights.release };
}

function readNodes(topology: JsonRecord): RawNode[] {
  const functions = member(record(member(topology, "library") ?? {}, "library"), "function");
  if (Array.isArray(functions) && functions.length > 0) {
    throw invalidModel("The model defines functions; publish it as one flat graph.");
  }
  return array(member(topology, "node"), "modelTopology.node", MAX_NODES).map((value) => {
    const node = record(value, "A node");
    const name = readName(member(node, "name"), "A node's name");
    const op = readName(member(node, "op"), `The op of "${printable(name)}"`);
    const inputs = array(member(node, "input") ?? [], `Inputs of "${printable(name)}"`, MAX_INPUTS).map(
      (input) => producer(readName(input, `An input of "${printable(name)}"`), name),
    );
    return {
      name,
      op,
      inputs,
      attributes: record(member(node, "attr") ?? {}, `Attributes of "${printable(name)}"`),
    };
  });
}

/** `name` and `name:0` are the same tensor; no supported op has a second output. */
function producer(input: string, reader: string): string {
  const name = input.endsWith(":0") ? input.slice(0, -2) : input;
  if (name.startsWith("^") || /:\d+$/.test(name)) {
    throw invalidModel(
      `"${printable(reader)}" reads "${printable(input)}"; only a node's first output can be read.`,
    );
  }
  return name;
}

function onlyPlaceholder(nodes: readonly GraphNode[]): number {
  const first = nodes.findIndex(({ op }) => op === "Placeholder");
  const second = nodes.findIndex(({ op }, index) => op === "Placeholder" && index > first);
  if (first < 0 || second >= 0) {
    throw invalidModel(
      `The model has ${first < 0 ? "no" : "more than one"} Placeholder; it must have exactly one.`,
    );
  }
  return first;
}

function outputName(model: JsonRecord, nodes: readonly RawNode[], read: ReadonlySet<string>): string {
  const signature = record(member(model, "signature") ?? {}, "signature");
  const outputs = Object.values(record(member(signature, "outputs") ?? {}, "signature.outputs"));
  const named = outputs.map((output) => {
    return producer(
      readName(member(record(output, "A signature output"), "name"), "An output's name"),
      "signature",
    );
  });
  const candidates =
    named.length > 0
      ? named
      : nodes.filter(({ name, op }) => op !== "Const" && !read.has(name)).map(({ name }) => name);
  const [output] = candidates;
  if (output === undefined || candidates.length > 1) {
    throw invalidModel(`The model has ${candidates.length} outputs; it must have exactly one.`);
  }
  if (!nodes.some(({ name }) => name === output)) {
    throw invalidModel(`The output "${printable(output)}" is no node's name; publish the model again.`);
  }
  return output;
}
