import { type GraphAttribute, type GraphNode, shape, type } from "./topology.ts";

/** A constant of the graph: float weights (quantized when written) or integers (always int32). */
export interface GraphConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** Collects the nodes and constants of a GraphDef; every method returns the name of the node it added. */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly constants: GraphConstant[] = [];
  readonly #integers = new Map<string, string>();

  placeholder(name: string, sides: readonly number[]): string {
    return this.#push({ name, op: "Placeholder", attr: { dtype: type("float32"), shape: shape(sides) } });
  }

  /** A weight, added once however many nodes read it. */
  weight(name: string, sides: readonly number[], values: Float32Array): string {
    return this.constants.some((constant) => constant.name === name)
      ? name
      : this.#constant(name, sides, values);
  }

  /** An integer vector (or scalar, for a plain number); equal ones share a node. */
  integers(value: number | readonly number[] | readonly (readonly number[])[]): string {
    const key = JSON.stringify(value);
    const known = this.#integers.get(key);
    if (known) return known;
    const flat = [value].flat(2);
    const rows =
      Array.isArray(value) && Array.isArray(value[0])
        ? [value.length, flat.length / value.length]
        : undefined;
    const name = this.#constant(
      `constant/${this.#integers.size}`,
      rows ?? (Array.isArray(value) ? [flat.length] : []),
      Int32Array.from(flat),
    );
    this.#integers.set(key, name);
    return name;
  }

  /** A float scalar. */
  scalar(name: string, value: number): string {
    return this.weight(name, [], Float32Array.of(value));
  }

  node(
    op: string,
    name: string,
    input: readonly string[],
    attr: Record<string, GraphAttribute> = {},
  ): string {
    return this.#push({ name, op, input, attr: { T: type("float32"), ...attr } });
  }

  /** A node on integer tensors (shapes and sizes). */
  integerNode(
    op: string,
    name: string,
    input: readonly string[],
    attr: Record<string, GraphAttribute> = {},
  ): string {
    return this.#push({ name, op, input, attr: { T: type("int32"), ...attr } });
  }

  #constant(name: string, sides: readonly number[], values: Float32Array | Int32Array): string {
    this.constants.push({ name, shape: sides, values });
    const dtype = type(values instanceof Int32Array ? "int32" : "float32");
    return this.#push({ name, op: "Const", attr: { dtype, shape: shape(sides) } });
  }

  #push(node: GraphNode): string {
    this.nodes.push(node);
    return node.name;
  }
}
