import type { NetworkSpec } from "@unpaired/core";
import { z } from "zod";

const name = z.string().min(1).max(200);
const filters = z.int().positive().max(8192);
const size = z.int().positive().max(15);
const stride = z.union([z.literal(1), z.literal(2)]);
const pixels = z.int().nonnegative().max(15);
const padding = z.strictObject({ mode: z.enum(["zero", "reflect"]), pixels });
const epsilon = z.number().positive().max(1);
const bias = name.optional();

const node = <const Op extends string>(op: Op, inputs: 1 | 2) =>
  z.strictObject({ op: z.literal(op), id: name, inputs: z.array(name).length(inputs) });

const nodeSchema = z.union([
  node("conv", 1).extend({ filters, size, stride, padding, kernel: name, bias }),
  node("depthwiseConv", 1).extend({ size, stride, padding, kernel: name, bias }),
  node("transposedConv", 1).extend({
    filters,
    size,
    stride: z.literal(2),
    padding: pixels,
    outputPadding: z.union([z.literal(0), z.literal(1)]),
    kernel: name,
    bias,
  }),
  node("resize", 1).extend({ scale: z.int().min(1).max(16) }),
  node("norm", 1).extend({ kind: z.literal("instance"), epsilon }),
  node("norm", 1).extend({
    kind: z.literal("batch"),
    epsilon,
    scale: name,
    shift: name,
    mean: name,
    variance: name,
  }),
  node("activation", 1).extend({
    kind: z.enum(["relu", "leakyRelu", "tanh", "sigmoid"]),
    slope: z.number().min(0).max(1).optional(),
  }),
  node("add", 2),
  node("concat", 2),
  node("dropout", 1).extend({ rate: z.number().min(0).lt(1) }),
]);

/** A network's description as a file holds it; whether its nodes fit together is for `inferShapes` to say. */
export const networkSpecSchema = z.strictObject({
  name,
  inputChannels: z.int().positive().max(6),
  nodes: z.array(nodeSchema).min(1).max(2000),
  output: name,
  multipleOf: z.int().positive().max(1024),
  minimumSide: z.int().positive().max(4096),
});

/** A parsed description is a {@link NetworkSpec}; optional entries that are absent stay absent. */
export function parseNetworkSpec(spec: z.output<typeof networkSpecSchema>): NetworkSpec {
  return spec as NetworkSpec;
}
