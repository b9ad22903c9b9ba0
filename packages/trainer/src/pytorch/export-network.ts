import type { NetworkSpec, Weight, WeightedNetwork } from "@unpaired/core";
import { assertWeightsFit } from "@unpaired/core";
import { PytorchFileError } from "./errors.ts";
import { gather } from "./gather.ts";
import { referencePlaces } from "./networks/reference-names.ts";
import { type SavedTensor, writeCheckpoint } from "./write-checkpoint.ts";

/**
 * Writes a network as a file that PyTorch loads (`torch.load`, also with `weights_only=True`) and whose state dict fits the
 * reference's network of the same kind with `strict=True`. Biases the reference has in front of norms, and ours has not,
 * are zeros.
 *
 * @throws PytorchFileError `unknown_network` for a network the reference does not have
 * @throws ModelError `weights_mismatch`
 */
export async function exportNetwork({ spec, weights }: WeightedNetwork): Promise<Uint8Array> {
  return writeCheckpoint(referenceStateDict({ spec, weights }));
}

/** The tensors of a network under the reference's names, in the reference's order and layout. */
export function referenceStateDict({ spec, weights }: WeightedNetwork): Map<string, SavedTensor> {
  assertWeightsFit(spec, weights);
  const places = referencePlaces(spec);
  if (!places) throw unknown(spec);
  const norms = new Map(spec.nodes.flatMap((node) => (node.op === "norm" ? [[node.inputs[0]!, node]] : [])));
  // The reference gives every convolution a bias where its norm is the instance norm, and otherwise only the bare ones.
  const outerNorms = [...norms].filter(([id]) => !id.endsWith("/depthwise")).map(([, { kind }]) => kind);
  const biased = outerNorms.length > 0 && !outerNorms.includes("batch");
  const tensors = new Map<string, SavedTensor>();
  for (const node of spec.nodes) {
    if (!("kernel" in node)) continue;
    const { conv, norm: normPrefix } = places.get(node.id)!;
    // HWIO to OIHW, [h, w, out, in] to [in, out, h, w], a depthwise [h, w, c, 1] to [c, 1, h, w].
    const order = node.op === "depthwiseConv" ? [2, 3, 0, 1] : [3, 2, 0, 1];
    const kernel = reorder(weights.get(node.kernel)!, order);
    tensors.set(`${conv}.weight`, kernel);
    const channels = node.op === "transposedConv" ? kernel.shape[1]! : kernel.shape[0]!;
    if (node.bias !== undefined) tensors.set(`${conv}.bias`, weights.get(node.bias)!);
    else if (biased) tensors.set(`${conv}.bias`, { shape: [channels], data: new Float32Array(channels) });
    const norm = norms.get(node.id);
    if (norm?.kind !== "batch" || normPrefix === undefined) continue;
    tensors.set(`${normPrefix}.weight`, weights.get(norm.scale)!);
    tensors.set(`${normPrefix}.bias`, weights.get(norm.shift)!);
    tensors.set(`${normPrefix}.running_mean`, weights.get(norm.mean)!);
    tensors.set(`${normPrefix}.running_var`, weights.get(norm.variance)!);
    tensors.set(`${normPrefix}.num_batches_tracked`, { shape: [], data: BigInt64Array.of(0n) });
  }
  return tensors;
}

/** Copies a tensor with its axes in the order given. */
function reorder({ shape, data }: Weight, order: readonly number[]): Weight {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
  const sides = order.map((axis) => shape[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  return {
    shape: sides,
    data: gather({ length: data.length, offset: 0, shape: sides, steps }, (at) => data[at]!),
  };
}

function unknown(spec: NetworkSpec): PytorchFileError {
  const resized = spec.nodes.some(({ op }) => op === "resize");
  const why = resized
    ? `it enlarges by nearest neighbours, which the reference's networks do not; train with --upsampling transposed`
    : `the reference has none like it`;
  return new PytorchFileError(
    "unknown_network",
    `${spec.name} cannot be written for PyTorch: ${why}, or export it as onnx.`,
  );
}
