import type { FileContent } from "../../../checkpoint/atomic-write.ts";

/** A graph under construction; values are names of nodes. */
export interface Graph {
  placeholder(name: string): string;
  /** Bilinear between pixel centres, to a square. */
  resize(name: string, input: string, side: number): string;
  /** Convolution, bias and ReLU. */
  conv(
    name: string,
    input: string,
    options: {
      /** Height, width, input channels, filters. */
      readonly shape: readonly number[];
      readonly kernel: Float32Array;
      readonly bias: Float32Array;
      readonly stride: number;
      readonly padding: "SAME" | "VALID";
    },
  ): string;
  /** 3×3. */
  pool(
    kind: "max" | "average",
    input: string,
    options: { readonly stride: number; readonly padding: "SAME" | "VALID" },
  ): string;
  join(inputs: readonly string[]): string;
  /** `model.json` and its weight file; the last node is the answer. */
  files(): ReadonlyMap<string, FileContent>;
}

const SHARD = "group1-shard1of1.bin";
const float = { type: "DT_FLOAT" };
const int = { type: "DT_INT32" };
const text = (value: string) => ({ s: btoa(value) });
const sides = (side: number) => ({ list: { i: ["1", String(side), String(side), "1"] } });

/** Begins a tfjs graph model of NHWC operations. */
export function createGraph(): Graph {
  const nodes: object[] = [];
  const manifest: { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[] = [];
  const values: Uint8Array[] = [];

  const node = (name: string, op: string, input: readonly string[], attr: object): string => {
    nodes.push({ name, op, ...(input.length > 0 && { input }), attr });
    return name;
  };
  const constant = (name: string, shape: readonly number[], data: Float32Array | Int32Array): string => {
    const isInteger = data instanceof Int32Array;
    manifest.push({ name, shape, dtype: isInteger ? "int32" : "float32" });
    values.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return node(name, "Const", [], { dtype: isInteger ? int : float });
  };

  return {
    placeholder(name) {
      const dim = [-1, -1, -1, 3].map((size) => ({ size: String(size) }));
      return node(name, "Placeholder", [], { dtype: float, shape: { shape: { dim } } });
    },
    resize(name, input, side) {
      const size = constant(`${name}/size`, [2], Int32Array.of(side, side));
      return node(name, "ResizeBilinear", [input, size], {
        T: float,
        align_corners: { b: false },
        half_pixel_centers: { b: true },
      });
    },
    conv(name, input, { shape, kernel, bias, stride, padding }) {
      const filter = constant(`${name}/kernel`, shape, kernel);
      const offset = constant(`${name}/bias`, [bias.length], bias);
      return node(name, "_FusedConv2D", [input, filter, offset], {
        T: float,
        strides: sides(stride),
        dilations: sides(1),
        padding: text(padding),
        explicit_paddings: { list: {} },
        data_format: text("NHWC"),
        num_args: { i: "1" },
        fused_ops: { list: { s: [btoa("BiasAdd"), btoa("Relu")] } },
        epsilon: { f: 0 },
      });
    },
    pool(kind, input, { stride, padding }) {
      return node(`pool${nodes.length}`, kind === "max" ? "MaxPool" : "AvgPool", [input], {
        T: float,
        ksize: sides(3),
        strides: sides(stride),
        padding: text(padding),
        data_format: text("NHWC"),
      });
    },
    join(inputs) {
      const axis = constant(`axis${nodes.length}`, [], Int32Array.of(3));
      return node(`joined${nodes.length}`, "ConcatV2", [...inputs, axis], {
        T: float,
        Tidx: int,
        N: { i: String(inputs.length) },
      });
    },
    files() {
      const model = {
        format: "graph-model",
        modelTopology: { node: nodes, library: {}, versions: { producer: 1395 } },
        weightsManifest: [{ paths: [SHARD], weights: manifest }],
      };
      return new Map<string, FileContent>([
        ["model.json", JSON.stringify(model)],
        [SHARD, Buffer.concat(values)],
      ]);
    },
  };
}
