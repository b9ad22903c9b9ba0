import { type ImageShape, inputOf } from "../../kernel-call.ts";
import type { TensorflowKernel } from "../kernel.ts";
import type { Scope, Value } from "../operations.ts";

/** `InstanceNorm({ x }, { epsilon })` → [y, mean, reciprocal deviation], the last two `[batch, 1, 1, channels]`. */
const instanceNorm: TensorflowKernel = {
  name: "InstanceNorm",
  run(call, operations) {
    const x = inputOf(call, "x");
    const shape = x.shape as unknown as ImageShape;
    const [batch, , , channels] = shape;
    const { epsilon } = call.attrs as { epsilon: number };
    return operations.run((scope) => {
      const { gpu, input, filled, scalar, ops, op, reshape } = scope;
      const parts = eachImage(scope, input(x), shape).map((image) => {
        // Batch norm in training mode over one image is instance norm; its fifth output is the biased variance on a CPU
        // and already the reciprocal deviation under cuDNN.
        const [y, , , mean, spread] = ops(
          "FusedBatchNormV3",
          [image, filled(channels, 1), filled(channels, 0), filled(0, 0), filled(0, 0)],
          6,
          { T: "float", U: "float", epsilon: { float: epsilon }, data_format: "NHWC", is_training: true },
        ) as [Value, Value, Value, Value, Value];
        if (gpu) return [y, mean, spread] as const;
        const shifted = op("AddV2", [spread, scalar(epsilon)], { T: "float" });
        return [y, mean, op("Rsqrt", [shifted], { T: "float" })] as const;
      });
      const statistic = (index: 1 | 2) =>
        reshape(
          joined(
            scope,
            parts.map((part) => part[index]),
          ),
          [batch, 1, 1, channels],
        );
      return [
        joined(
          scope,
          parts.map(([y]) => y),
        ),
        statistic(1),
        statistic(2),
      ];
    });
  },
};

/** Epsilon of the gradient's op, which wants one. */
const GRADIENT_EPSILON = 1e-5;

/** `InstanceNormGrad({ dy, y, reciprocalDeviation })` → gradient of the norm's input. */
const instanceNormGrad: TensorflowKernel = {
  name: "InstanceNormGrad",
  run(call, operations) {
    const dy = inputOf(call, "dy");
    const y = inputOf(call, "y");
    const reciprocalDeviation = inputOf(call, "reciprocalDeviation");
    const shape = dy.shape as unknown as ImageShape;
    const [batch, , , channels] = shape;
    return operations.run((scope) => {
      const { gpu, input, filled, ops, reshape } = scope;
      const dys = eachImage(scope, input(dy), shape);
      const ys = eachImage(scope, input(y), shape);
      const scales = eachImage(scope, input(reciprocalDeviation), [batch, 1, 1, channels]);
      const parts = dys.map((gradient, index) => {
        // The op sees y as the input of a norm that changes nothing but the scale: mean 0, and a variance of which it makes
        // a deviation of 1 (cuDNN is handed the reciprocal deviation itself).
        const [dx] = ops(
          "FusedBatchNormGradV2",
          [
            gradient,
            ys[index]!,
            reshape(scales[index]!, [channels]),
            filled(channels, 0),
            filled(channels, gpu ? 1 : 1 - GRADIENT_EPSILON),
          ],
          5,
          {
            T: "float",
            U: "float",
            epsilon: { float: GRADIENT_EPSILON },
            data_format: "NHWC",
            is_training: true,
          },
        );
        return dx!;
      });
      return joined(scope, parts);
    });
  },
};

/** The images of a batch one by one, each `[1, height, width, channels]`. */
function eachImage({ op, integers }: Scope, batched: Value, shape: ImageShape): Value[] {
  const [batch, ...image] = shape;
  if (batch === 1) return [batched];
  return Array.from({ length: batch }, (_, index) =>
    op("Slice", [batched, integers([index, 0, 0, 0]), integers([1, ...image])], {
      T: "float",
      Index: "int32",
    }),
  );
}

/** Puts images or rows of statistics behind one another. */
function joined({ op, integers }: Scope, parts: readonly Value[]): Value {
  if (parts.length === 1) return parts[0]!;
  return op("ConcatV2", [...parts, integers([0], [])], {
    T: "float",
    Tidx: "int32",
    N: { int: parts.length },
  });
}

/** Instance norm and its gradient, under names of this project's own. */
export const normalizationKernels: readonly TensorflowKernel[] = [instanceNorm, instanceNormGrad];
