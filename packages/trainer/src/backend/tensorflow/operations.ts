import type * as tf from "@tensorflow/tfjs";
import { elementCount } from "../kernel-call.ts";
import type { NodeBackend, OpAttribute, OutputMetadata } from "./binding.ts";

/** A value inside a kernel: a tensor on the device that tfjs does not know of. */
export interface Value {
  readonly id: number;
  readonly shape: readonly number[];
}

/** Attributes of an op by name, with their kind beside a value that does not show it. */
export type Attributes = Readonly<Record<string, OpValue>>;
type OpValue =
  | string
  | boolean
  | readonly number[]
  | { readonly int: number }
  | { readonly float: number }
  | { readonly shape: readonly number[] };

/**
 * Runs TensorFlow ops on handles. Values made on the way never become tfjs tensors, which costs more than a small op, and
 * are freed when {@link Operations.run} ends.
 */
export interface Operations {
  readonly gpu: boolean;
  /** Runs a kernel's body, turns what it returns into tensors, and frees every other value it made. */
  run(body: (scope: Scope) => Value | readonly Value[]): tf.TensorInfo | tf.TensorInfo[];
}

/** What a kernel's body works with. */
export interface Scope {
  readonly gpu: boolean;
  /** The handle of a tensor of tfjs. */
  input(tensor: tf.TensorInfo): Value;
  /** A constant vector or matrix of whole numbers, made once. */
  integers(values: readonly number[], shape?: readonly number[]): Value;
  /** A constant vector of `length` equal floats, made once. */
  filled(length: number, value: number): Value;
  /** A constant tensor of floats, zero where `fill` leaves it, made once for its name. */
  floats(name: string, shape: readonly number[], fill: (values: Float32Array) => void): Value;
  /** A variable of TensorFlow's, made once for its name; what it holds is the caller's to assign. */
  variable(name: string): Value;
  /** A scalar for this call alone. */
  scalar(value: number): Value;
  /** An op with one output. */
  op(name: string, inputs: readonly Value[], attributes?: Attributes): Value;
  /** An op with several outputs. */
  ops(name: string, inputs: readonly Value[], outputs: number, attributes?: Attributes): Value[];
  /** The same values under another shape. */
  reshape(value: Value, shape: readonly number[]): Value;
}

/** Constants kept at most, so that ever new shapes cannot fill the memory. */
const MOST_CONSTANTS = 512;

/** Runs ops on one tfjs-node backend. */
export function createOperations(backend: NodeBackend): Operations {
  const { binding } = backend;
  const gpu = backend.isUsingGpuDevice;
  const constants = new Map<string, Value>();
  const variables = new Map<string, Value>();
  /** Attribute lists by their content: the same few hundred come back in every step. */
  const attributeLists = new Map<string, OpAttribute[]>();

  function constant(key: string, shape: readonly number[], create: () => Float32Array | Int32Array): Value {
    const known = constants.get(key);
    if (known) return known;
    const values = create();
    const dtype = values instanceof Int32Array ? binding.TF_INT32 : binding.TF_FLOAT;
    const made = { id: binding.createTensor([...shape], dtype, values), shape };
    constants.set(key, made);
    return made;
  }

  function forgetConstants(): void {
    for (const { id } of constants.values()) binding.deleteTensor(id);
    constants.clear();
  }

  function attributeList(attributes: Attributes): OpAttribute[] {
    const key = JSON.stringify(attributes);
    let list = attributeLists.get(key);
    if (!list) {
      list = Object.entries(attributes).map(([name, value]) => toAttribute(name, value));
      attributeLists.set(key, list);
    }
    return list;
  }

  function toAttribute(name: string, value: OpValue): OpAttribute {
    if (typeof value === "boolean") return { name, type: binding.TF_ATTR_BOOL, value };
    if (typeof value === "string") {
      if (value === "float") return { name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
      if (value === "int32") return { name, type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 };
      return { name, type: binding.TF_ATTR_STRING, value };
    }
    if ("shape" in value) return { name, type: binding.TF_ATTR_SHAPE, value: value.shape };
    if ("int" in value) return { name, type: binding.TF_ATTR_INT, value: value.int };
    if ("float" in value) return { name, type: binding.TF_ATTR_FLOAT, value: value.float };
    return { name, type: binding.TF_ATTR_INT, value };
  }

  return {
    gpu,
    run(body) {
      // Only between kernels: one that runs may hold any of them.
      if (constants.size >= MOST_CONSTANTS) forgetConstants();
      const made = new Map<number, OutputMetadata>();
      const ops: Scope["ops"] = (name, inputs, outputs, attributes = {}) => {
        const ids = inputs.map(({ id }) => id);
        const results = binding.executeOp(name, attributeList(attributes), ids, outputs);
        for (const result of results) made.set(result.id, result);
        return results;
      };
      const scope: Scope = {
        gpu,
        input: (tensor) => ({ id: backend.getInputTensorIds([tensor])[0]!, shape: tensor.shape }),
        integers: (values, shape = [values.length]) =>
          constant(`i${shape}:${values}`, shape, () => Int32Array.from(values)),
        filled: (length, value) =>
          constant(`f${length}:${value}`, [length], () => new Float32Array(length).fill(value)),
        floats: (name, shape, fill) =>
          constant(name, shape, () => {
            const values = new Float32Array(elementCount(shape));
            fill(values);
            return values;
          }),
        variable(name) {
          const known = variables.get(name);
          if (known) return known;
          const attributes = { dtype: "float", shape: { shape: [] }, shared_name: name, container: "" };
          const [handle] = binding.executeOp("VarHandleOp", attributeList(attributes), [], 1);
          variables.set(name, handle!);
          return handle!;
        },
        scalar(value) {
          const id = binding.createTensor([], binding.TF_FLOAT, Float32Array.of(value));
          made.set(id, { id, shape: [], dtype: binding.TF_FLOAT });
          return { id, shape: [] };
        },
        op: (name, inputs, attributes) => ops(name, inputs, 1, attributes)[0]!,
        ops,
        reshape: (value, shape) =>
          ops("Reshape", [value, scope.integers(shape)], 1, { T: "float", Tshape: "int32" })[0]!,
      };
      try {
        const result = body(scope);
        const take = ({ id }: Value): tf.Tensor => {
          const metadata = made.get(id);
          if (!metadata) throw new Error("A kernel must return values that it made.");
          made.delete(id);
          return backend.createOutputTensor(metadata);
        };
        return Array.isArray(result) ? result.map(take) : take(result as Value);
      } finally {
        for (const id of made.keys()) binding.deleteTensor(id);
      }
    },
  };
}
