import { concatenate } from "../concatenate.ts";
import type { Quantization } from "../contracts/manifest.ts";
import { foldBatchNorm } from "../network/fold-batch-norm.ts";
import type { NetworkSpec, Weights } from "../network/spec.ts";
import { assertWeightsFit } from "../network/weight-shapes.ts";
import { lower, OUTPUT } from "./lower.ts";
import { type QuantizationEntry, quantize } from "./quantize.ts";
import type { GraphNode } from "./topology.ts";

/** The files of a tfjs graph model. */
export interface GraphModelFiles {
  /** `model.json`. */
  readonly model: Uint8Array;
  /** Weight shards in the order `model.json` lists them. */
  readonly weights: readonly Uint8Array[];
}

/** Options of {@link toGraphModel}. */
export interface GraphModelOptions {
  readonly quantization?: Quantization;
  /** Largest shard, in bytes. */
  readonly shardBytes?: number;
}

interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
  readonly quantization?: QuantizationEntry;
}

/** Tensors of fewer values than this stay float32: biases and epsilons cost nothing and would lose the most. */
const SMALLEST_QUANTIZED = 16;

/**
 * Writes a network as a tfjs graph model that stock tfjs (`loadGraphModel`) and the engine read. Height and width stay
 * open; batch, too. Batch norms are folded into the convolutions in front of them.
 *
 * Source: tensorflowjs GraphModel format (`model.json` with `modelTopology` and `weightsManifest`).
 *
 * @throws ModelError `weights_mismatch` or `not_finite`
 */
export function toGraphModel(
  spec: NetworkSpec,
  weights: Weights,
  options: GraphModelOptions = {},
): GraphModelFiles {
  const { quantization = "uint8", shardBytes = 4 * 2 ** 20 } = options;
  assertWeightsFit(spec, weights);
  const folded = foldBatchNorm({ spec, weights });
  const graph = lower(folded.spec, folded.weights);
  const entries: WeightEntry[] = [];
  const parts: Uint8Array[] = [];
  for (const { name, shape, values } of graph.constants) {
    if (values instanceof Int32Array) {
      entries.push({ name, shape, dtype: "int32" });
      parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      continue;
    }
    const isBias = shape.length < 2;
    const form = isBias || values.length < SMALLEST_QUANTIZED ? "float32" : quantization;
    const { bytes, quantization: entry } = quantize(name, values, form);
    entries.push({ name, shape, dtype: "float32", ...(entry && { quantization: entry }) });
    parts.push(bytes);
  }
  const shards = split(parts, shardBytes);
  const paths = shards.map((_, index) => `group1-shard${index + 1}of${shards.length}.bin`);
  const model = {
    format: "graph-model",
    generatedBy: "unpaired",
    convertedBy: null,
    signature: signature(graph.nodes),
    modelTopology: { node: graph.nodes, library: {}, versions: { producer: 1395, minConsumer: 12 } },
    weightsManifest: [{ paths, weights: entries }],
  };
  return { model: new TextEncoder().encode(JSON.stringify(model)), weights: shards };
}

function signature(nodes: readonly GraphNode[]): object {
  const placeholder = nodes.find(({ op }) => op === "Placeholder")!;
  const tensorShape = (placeholder.attr.shape as { shape: object }).shape;
  return {
    inputs: { [placeholder.name]: { name: `${placeholder.name}:0`, dtype: "DT_FLOAT", tensorShape } },
    outputs: { [OUTPUT]: { name: `${OUTPUT}:0`, dtype: "DT_FLOAT" } },
  };
}

function split(parts: readonly Uint8Array[], shardBytes: number): Uint8Array[] {
  const joined = concatenate(parts);
  const shards: Uint8Array[] = [];
  for (let begin = 0; begin < joined.length; begin += shardBytes)
    shards.push(joined.slice(begin, begin + shardBytes));
  return shards;
}
