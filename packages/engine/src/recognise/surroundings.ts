import { printable, unsupported } from "../errors.ts";
import type { FloatConstant, IntegerConstant } from "../graph-model/constant.ts";
import type { Graph, GraphNode } from "../graph-model/graph.ts";

/** A graph with the questions that pattern matching asks of it. */
export class Surroundings {
  readonly graph: Graph;
  readonly #readers: readonly (readonly number[])[];

  constructor(graph: Graph) {
    const readers: number[][] = graph.nodes.map(() => []);
    for (const [position, { inputs }] of graph.nodes.entries()) {
      for (const input of inputs) readers[input]!.push(position);
    }
    this.graph = graph;
    this.#readers = readers;
  }

  node(position: number): GraphNode {
    return this.graph.nodes[position]!;
  }

  /** Whether nobody but `readers` needs the value at `position`, so that it need not be stored. */
  isInternal(position: number, ...readers: readonly number[]): boolean {
    return (
      position !== this.graph.output && this.#readers[position]!.every((reader) => readers.includes(reader))
    );
  }

  /** Whether one node reads the value at `position`, once, and nobody else needs it. */
  isReadOnce(position: number): boolean {
    return position !== this.graph.output && this.#readers[position]!.length === 1;
  }

  /** @throws EngineError `unsupported_op` when the input is not a float constant */
  floats(reader: GraphNode, input: number): FloatConstant {
    const node = this.node(input);
    if (node.op === "Const" && node.constant.dtype === "float32") return node.constant;
    throw unsupported(
      reader,
      `it reads ${node.op} "${printable(node.name)}" where a float32 constant is needed`,
    );
  }

  /** @throws EngineError `unsupported_op` when the input is not an integer constant */
  integerConstant(reader: GraphNode, input: number): IntegerConstant {
    const node = this.node(input);
    if (node.op === "Const" && node.constant.dtype === "int32") return node.constant;
    throw unsupported(
      reader,
      `it reads ${node.op} "${printable(node.name)}" where an int32 constant is needed`,
    );
  }

  /** Values of an integer constant. @throws EngineError `unsupported_op` when the input is none */
  integers(reader: GraphNode, input: number): readonly number[] {
    return this.integerConstant(reader, input).values;
  }
}
