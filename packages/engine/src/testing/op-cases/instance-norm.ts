import fc from "fast-check";
import { integers, type JsonNode, windowAttributes } from "../graph-files.ts";
import { activation, channelCount, filter, float, type OpCases, seed, spare } from "./op-case.ts";

/**
 * Instance norm written out as exporters do, its operands in either order, of the image or of a convolution, followed
 * or not by an activation and a residual sum.
 */
export const instanceNorm: OpCases = fc
  .record({
    // One pixel alone has no variance, and what an epsilon makes of rounding errors proves nothing.
    height: spare.map((pixels) => pixels + 2),
    width: spare.map((pixels) => pixels + 2),
    channels: channelCount,
    axes: fc.constantFrom([1, 2], [2, 1], [-3, -2], [1, -2]),
    epsilon: fc.constantFrom(1e-5, 1e-3, 0.1),
    swapped: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    convolved: fc.boolean(),
    residual: fc.boolean(),
    activation: fc.option(activation),
    seed,
  })
  .map(({ height, width, channels, axes, epsilon, swapped, convolved, residual, activation, seed }) => {
    const pair = (index: number, a: string, b: string) => (swapped[index] ? [b, a] : [a, b]);
    const x = convolved ? "convolved" : "input";
    const mean = { ...float, keep_dims: { b: true } };
    const nodes: JsonNode[] = [
      { name: "mean", op: "Mean", input: [x, "axes"], attr: mean },
      { name: "squares", op: "SquaredDifference", input: pair(0, x, "mean"), attr: float },
      { name: "variance", op: "Mean", input: ["squares", "axes"], attr: mean },
      { name: "shifted", op: "AddV2", input: pair(1, "variance", "epsilon"), attr: float },
      { name: "rstd", op: "Rsqrt", input: ["shifted"], attr: float },
      { name: "centred", op: "Sub", input: [x, "mean"], attr: float },
      { name: "normalised", op: "Mul", input: pair(2, "centred", "rstd"), attr: float },
    ];
    let output = "normalised";
    if (activation) {
      nodes.push(activation("activated", output));
      output = "activated";
    }
    if (residual) nodes.push({ name: "sum", op: "AddV2", input: pair(3, output, "input"), attr: float });
    const convolution = {
      name: "convolved",
      op: "Conv2D",
      input: ["input", "kernel"],
      attr: { ...float, ...windowAttributes(1, "SAME") },
    };
    return {
      height,
      width,
      channels,
      nodes: convolved ? [convolution, ...nodes] : nodes,
      constants: {
        axes: integers(...axes),
        epsilon: { shape: [], values: Float32Array.of(epsilon) },
        ...(convolved && { kernel: filter(seed, [3, 3, channels, channels], 9 * channels) }),
      },
    };
  });
