import { unsupported } from "../errors.ts";
import type { GraphNode } from "../graph-model/graph.ts";
import type { Shape } from "./shape.ts";

const MAX_LENGTH = 16;

/**
 * Value of one integer node, from the values of those before it and the shapes of the tensors.
 *
 * @throws EngineError `unsupported_op` when the operands do not belong together or a value leaves 31 bits
 */
export function evaluateIntegers(
  node: GraphNode,
  integers: ReadonlyMap<number, readonly number[]>,
  shapes: ReadonlyMap<number, Shape>,
): readonly number[] {
  const operand = (index: number) => integers.get(node.inputs[index]!)!;
  const values = evaluate(node, operand, shapes);
  if (values.length > MAX_LENGTH || values.some((value) => Math.abs(value) >= 2 ** 31)) {
    throw unsupported(node, `its value [${values.slice(0, MAX_LENGTH)}] is no size`);
  }
  return values;
}

function evaluate(
  node: GraphNode,
  operand: (index: number) => readonly number[],
  shapes: ReadonlyMap<number, Shape>,
): readonly number[] {
  switch (node.op) {
    case "Const":
      if (node.constant.dtype === "int32") return node.constant.values;
      break;
    case "Shape": {
      const { height, width, channels } = shapes.get(node.inputs[0]!)!;
      return [1, height, width, channels];
    }
    case "Mul":
      return elementwise(node, operand(0), operand(1), (a, b) => a * b);
    case "AddV2":
      return elementwise(node, operand(0), operand(1), (a, b) => a + b);
    case "Slice": {
      const values = operand(0);
      const begin = only(node, operand(1));
      const size = only(node, operand(2));
      const end = size === -1 ? values.length : begin + size;
      if (begin < 0 || size < -1 || end > values.length) {
        throw unsupported(node, `it takes ${size} values from ${begin} on out of ${values.length}`);
      }
      return values.slice(begin, end);
    }
    case "ConcatV2": {
      const axis = only(node, operand(node.inputs.length - 1));
      if (axis !== 0 && axis !== -1)
        throw unsupported(node, `its axis is ${axis}; sizes are joined along axis 0`);
      return node.inputs.slice(0, -1).flatMap((_, index) => operand(index));
    }
  }
  throw unsupported(node, "it is no integer");
}

function elementwise(
  node: GraphNode,
  a: readonly number[],
  b: readonly number[],
  combine: (a: number, b: number) => number,
): readonly number[] {
  if (a.length !== b.length && b.length !== 1) {
    throw unsupported(node, `its operands have ${a.length} and ${b.length} values`);
  }
  return a.map((value, index) => combine(value, b[b.length === 1 ? 0 : index]!));
}

function only(node: GraphNode, values: readonly number[]): number {
  const [value] = values;
  if (values.length !== 1 || value === undefined) {
    throw unsupported(node, `it needs one integer and reads [${values}]`);
  }
  return value;
}
