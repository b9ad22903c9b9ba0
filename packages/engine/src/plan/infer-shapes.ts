import type { Program } from "../recognise/recognise.ts";
import { type Inferred, inferLayer } from "./infer-layer.ts";
import { evaluateIntegers } from "./integers.ts";
import { Misfit } from "./misfit.ts";
import { formatShape, type Shape } from "./shape.ts";

/** Longest side of any tensor, in pixels: products of two sides stay in 31 bits. */
export const MAX_SIDE = 32_767;
/** Most channels of any tensor. */
const MAX_CHANNELS = 65_536;

/**
 * What every layer makes of an input of the given size, by the position of the layer's output.
 *
 * @throws EngineError `unsupported_op` when no size would do
 * @throws Misfit when another size might do
 */
export function inferShapes(
  program: Program,
  size: { readonly width: number; readonly height: number },
): Map<number, Inferred> {
  const { graph, layers } = program;
  const { height, width, channels } = program.input;
  if ((height !== -1 && height !== size.height) || (width !== -1 && width !== size.width)) {
    throw new Misfit(`its input is fixed to ${side(width)}×${side(height)}`);
  }
  const input: Shape = { height: size.height, width: size.width, channels };
  const inferred = new Map<number, Inferred>([
    [graph.input, { shape: requireBounded(input), top: 0, left: 0 }],
  ]);
  const shapes = new Map([[graph.input, input]]);
  const integers = new Map<number, readonly number[]>();
  // Only a model that enlarges again has to give back as many pixels as it was given.
  const exact = [...layers.values()].some(({ kind }) => kind === "transposedConv" || kind === "resize");
  for (let position = 0; position <= graph.output; position++) {
    if (program.integers.has(position)) {
      integers.set(position, evaluateIntegers(graph.nodes[position]!, integers, shapes));
    }
    const layer = layers.get(position);
    if (!layer) continue;
    const sizes = "sizes" in layer ? integers.get(layer.sizes) : undefined;
    const inputs = layer.inputs.map((tensor) => shapes.get(tensor)!);
    const result = inferLayer(layer, inputs, { sizes, exact });
    inferred.set(position, result);
    shapes.set(position, requireBounded(result.shape));
  }
  return inferred;
}

function requireBounded(shape: Shape): Shape {
  if (shape.height > MAX_SIDE || shape.width > MAX_SIDE || shape.channels > MAX_CHANNELS) {
    throw new Misfit(`it makes a tensor of ${formatShape(shape)}, beyond ${MAX_SIDE} pixels a side`);
  }
  return shape;
}

function side(pixels: number): string {
  return pixels === -1 ? "any" : String(pixels);
}
