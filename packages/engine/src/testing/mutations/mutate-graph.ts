import type { Random } from "@unpaired/core";
import { list, text } from "../graph-files.ts";
import type { OpenModel, OpenNode } from "./open-model.ts";

/** Changes how a graph is joined or what one of its nodes does; `donor` opens another model that nodes are taken from. */
export type GraphMutation = (model: OpenModel, random: Random, donor: () => OpenModel) => void;

const UNARY = ["Relu", "Tanh", "Sigmoid", "LeakyRelu", "Identity", "Rsqrt", "Shape"];
const BINARY = [
  "AddV2",
  "Mul",
  "Sub",
  "SquaredDifference",
  "BiasAdd",
  "MirrorPad",
  "ResizeNearestNeighbor",
  "Mean",
];
const WINDOWS = ["Conv2D", "DepthwiseConv2dNative"];
const EDGES = [-1, 0, 1, 2, 3, 4, 15, 16, 17, 255, 256, 257, 32_767, 2 ** 31 - 1, 2 ** 31, -(2 ** 31)];

/** One of `values`; undefined of none. */
export function pick<Value>(values: readonly Value[], random: Random): Value | undefined {
  return values[random.integer(Math.max(1, values.length))];
}

export const GRAPH_MUTATIONS: Readonly<Record<string, GraphMutation>> = {
  rewire({ nodes }, random) {
    const reader = pick(readers(nodes), random);
    if (!reader) return;
    const at = random.integer(reader.input.length);
    const source = pick(nodes, random)!.name;
    const port = random.integer(12);
    reader.input[at] = port === 0 ? `${source}:1` : port === 1 ? `^${source}` : source;
  },
  changeArity({ nodes }, random) {
    const reader = pick(readers(nodes), random);
    if (!reader) return;
    const at = random.integer(reader.input.length);
    if (random.integer(2) === 0) reader.input.splice(at, 1);
    else reader.input.splice(at, 0, pick(nodes, random)!.name);
  },
  swapInputs({ nodes }, random) {
    pick(readers(nodes), random)?.input.reverse();
  },
  swapOp({ nodes }, random) {
    const node = pick(nodes, random);
    if (!node) return;
    const like = [UNARY, BINARY, WINDOWS].find((ops) => ops.includes(node.op)) ?? UNARY;
    node.op = pick(random.integer(4) === 0 ? [...UNARY, ...BINARY, ...WINDOWS] : like, random)!;
    if (like !== WINDOWS) node.attr = node.op === "Mean" ? { keep_dims: { b: true } } : {};
  },
  bypass({ nodes }, random) {
    const node = pick(readers(nodes), random);
    if (!node) return;
    replaceReads(nodes, node.name, node.input[0]!);
    nodes.splice(nodes.indexOf(node), 1);
  },
  remove({ nodes }, random) {
    nodes.splice(random.integer(nodes.length), 1);
  },
  insertUnary({ nodes }, random) {
    insertBefore(nodes, random, (source) => ({ op: pick(UNARY, random)!, input: [source], attr: {} }));
  },
  insertSum({ nodes }, random) {
    const other = pick(nodes, random)?.name ?? "input";
    insertBefore(nodes, random, (source) => ({ op: "AddV2", input: [source, other], attr: {} }));
  },
  insertConcat(model, random) {
    const { nodes } = model;
    const axis = addConstant(model, [], [pick([3, -1, 0, 1], random)!]);
    const other = random.integer(3) === 0 ? pick(nodes, random)!.name : undefined;
    const op = "ConcatV2";
    insertBefore(nodes, random, (source) => ({ op, input: [source, other ?? source, axis], attr: {} }));
  },
  insertPad(model, random) {
    const margins = Array.from({ length: 4 }, () => random.integer(4));
    const paddings = addConstant(model, [4, 2], [0, 0, ...margins, 0, 0]);
    const attr = { mode: text("REFLECT") };
    insertBefore(model.nodes, random, (source) => ({ op: "MirrorPad", input: [source, paddings], attr }));
  },
  insertResize(model, random) {
    const { nodes } = model;
    const factors = addConstant(model, [2], [1 + random.integer(3), 1 + random.integer(3)]);
    const [begin, size] = [addConstant(model, [1], [1]), addConstant(model, [1], [2])];
    const name = fresh(nodes, "resize");
    insertBefore(nodes, random, (source) => {
      nodes.push({ name: `${name}/shape`, op: "Shape", input: [source], attr: {} });
      nodes.push({ name: `${name}/sides`, op: "Slice", input: [`${name}/shape`, begin, size], attr: {} });
      nodes.push({ name: `${name}/size`, op: "Mul", input: [`${name}/sides`, factors], attr: {} });
      return { op: "ResizeNearestNeighbor", input: [source, `${name}/size`], attr: {} };
    });
  },
  stride({ nodes }, random) {
    const node = pick(windows(nodes), random);
    const stride = pick([1, 2, 2, 3, 4, 16, 17], random)!;
    if (node) node.attr = { ...node.attr, strides: list([1, stride, stride, 1]) };
  },
  margins({ nodes }, random) {
    const node = pick(windows(nodes), random);
    if (!node) return;
    const margins = Array.from({ length: 4 }, () => pick([0, 1, 2, 3, 5, 64, 256], random)!);
    const { explicit_paddings: _, ...attr } = node.attr;
    const padding = pick(["SAME", "VALID", "EXPLICIT"], random)!;
    node.attr = { ...attr, padding: text(padding) };
    if (padding === "EXPLICIT") node.attr.explicit_paddings = list([0, 0, ...margins, 0, 0]);
  },
  attributeAtEdge({ nodes }, random) {
    const node = pick(
      nodes.filter(({ attr }) => Object.keys(attr).length > 0),
      random,
    );
    if (!node) return;
    const attribute = node.attr[pick(Object.keys(node.attr), random)!] ?? {};
    const kind = pick(Object.keys(attribute), random)!;
    const edge = pick(EDGES, random)!;
    const numbers = (attribute.list as { i?: unknown[] } | undefined)?.i;
    if (Array.isArray(numbers)) numbers[random.integer(numbers.length + 1)] = String(edge);
    else if (kind === "shape") editPlaceholder(attribute, random);
    else if (kind === "b") attribute.b = !attribute.b;
    else if (kind === "s") attribute.s = text(pick(["SAME", "VALID", "NCHW", "SYMMETRIC", ""], random)!).s;
    else attribute[kind] = pick([edge, String(edge), 1e308, 1e-308, null], random);
  },
  output({ json, nodes }, random) {
    json.signature = { outputs: { y: { name: pick(nodes, random)?.name ?? "" } } };
  },
  splice(model, random, open) {
    const donor = open();
    const prefix = fresh(model.nodes, "donor");
    const source = pick(model.nodes, random)?.name ?? "input";
    const input = donor.nodes.find(({ op }) => op === "Placeholder")?.name;
    const renamed = (name: string) => (name === input ? source : `${prefix}/${name}`);
    const taken = donor.nodes
      .filter(({ op }) => op !== "Placeholder")
      .map((node) => ({
        ...structuredClone(node),
        name: renamed(node.name),
        input: node.input.map(renamed),
      }));
    model.groups.push(
      ...donor.groups.map((weights) =>
        weights.map(({ entry, bytes }) => ({ entry: { ...entry, name: renamed(entry.name) }, bytes })),
      ),
    );
    const end = pick(taken.slice(-3), random)?.name ?? source;
    if (random.integer(2) === 0) model.json.signature = { outputs: { y: { name: end } } };
    else replaceReads(model.nodes, source, end);
    model.nodes.push(...taken);
  },
};

function readers(nodes: readonly OpenNode[]): OpenNode[] {
  return nodes.filter(({ input }) => input.length > 0);
}

function windows(nodes: readonly OpenNode[]): OpenNode[] {
  return nodes.filter(({ op }) => op.startsWith("Conv2D") || op.startsWith("Depthwise"));
}

function replaceReads(nodes: readonly OpenNode[], from: string, to: string): void {
  for (const node of nodes) node.input = node.input.map((name) => (name === from ? to : name));
}

function fresh(nodes: readonly OpenNode[], stem: string): string {
  return `${stem}${nodes.length}`;
}

/** Puts a node between another one and what it reads. */
function insertBefore(
  nodes: OpenNode[],
  random: Random,
  make: (source: string) => Omit<OpenNode, "name">,
): void {
  const reader = pick(readers(nodes), random);
  if (!reader) return;
  const at = random.integer(reader.input.length);
  const made = make(reader.input[at]!);
  const name = fresh(nodes, "made");
  nodes.push({ name, ...made });
  reader.input[at] = name;
}

/** Adds an integer constant; returns its name. */
function addConstant({ nodes, groups }: OpenModel, shape: number[], values: readonly number[]): string {
  const name = fresh(nodes, "constant");
  nodes.push({ name, op: "Const", input: [], attr: {} });
  const bytes = new Uint8Array(Int32Array.from(values).buffer);
  groups.push([{ entry: { name, shape, dtype: "int32" }, bytes }]);
  return name;
}

function editPlaceholder(attribute: Record<string, unknown>, random: Random): void {
  const dim = (attribute.shape as { dim?: unknown[] } | undefined)?.dim;
  const size = String(pick([8, 8, 16, 1, ...EDGES], random)!);
  if (Array.isArray(dim)) dim[random.integer(dim.length + 1)] = { size };
}
