import type { Random } from "../random.ts";
import { orthogonalMatrix } from "./orthogonal.ts";
import type { NetworkNode, NetworkSpec, Weight, Weights } from "./spec.ts";
import { weightShapes } from "./weight-shapes.ts";

/** How fresh kernels are drawn; `gain` is the deviation of `normal` and the factor of `xavier` and `orthogonal`. */
export type InitializationKind = "normal" | "xavier" | "kaiming" | "orthogonal";

/** Options of {@link initializeWeights}. */
export interface InitializationOptions {
  readonly random: Random;
  readonly kind?: InitializationKind;
  /** Positive; `kaiming` has none. */
  readonly gain?: number;
}

/**
 * Fresh weights as the reference draws them: kernels by `kind`, biases 0; a batch norm's scale from N(1, gain²), its shift
 * and running mean 0, its running variance 1.
 *
 * Fans are counted as PyTorch counts them, in which a transposed convolution's fan-in is that of its OUTPUT channels.
 *
 * Source: junyanz/pytorch-CycleGAN-and-pix2pix `init_weights`; PyTorch `torch.nn.init`.
 */
export function initializeWeights(
  spec: NetworkSpec,
  { random, kind = "normal", gain = 0.02 }: InitializationOptions,
): Weights {
  const operations = new Map(
    spec.nodes.flatMap((node) => ("kernel" in node ? [[node.kernel, node.op]] : [])),
  );
  const weights = new Map<string, Weight>();
  for (const { name, shape, role } of weightShapes(spec)) {
    const length = shape.reduce((product, dimension) => product * dimension, 1);
    let data = new Float32Array(length);
    if (role === "kernel") data = drawKernel(operations.get(name)!, shape, { random, kind, gain });
    else if (role === "scale") data = data.map(() => 1 + gain * random.normal());
    else if (role === "variance") data.fill(1);
    weights.set(name, { shape, data });
  }
  return weights;
}

function drawKernel(
  op: NetworkNode["op"],
  shape: readonly number[],
  { random, kind, gain }: Required<InitializationOptions>,
): Float32Array<ArrayBuffer> {
  const [height, width, third, fourth] = shape as [number, number, number, number];
  // PyTorch's first two axes: [out, in] of a conv, [in, out] of a transposed one, [channels, 1] of a depthwise one.
  const [rows, perRow] = op === "depthwiseConv" ? [third, fourth] : [fourth, third];
  const area = height * width;
  const fanIn = perRow * area;
  const fanOut = rows * area;
  const normal = (deviation: number) =>
    Float32Array.from({ length: rows * perRow * area }, () => deviation * random.normal());
  switch (kind) {
    case "normal":
      return normal(gain);
    case "xavier":
      return normal(gain * Math.sqrt(2 / (fanIn + fanOut)));
    case "kaiming":
      return normal(Math.sqrt(2 / fanIn));
    case "orthogonal": {
      const matrix = orthogonalMatrix(rows, fanIn, random);
      const data = new Float32Array(matrix.length);
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < perRow; column++) {
          for (let place = 0; place < area; place++) {
            const [a, b] = op === "depthwiseConv" ? [row, column] : [column, row];
            data[(place * third + a) * fourth + b] = gain * matrix[(row * perRow + column) * area + place]!;
          }
        }
      }
      return data;
    }
  }
}
