import { INPUT, inferShapes, type NetworkNode, smallestSide, type WeightedNetwork } from "@unpaired/core";

import type { ImageTensor } from "@unpaired/engine";

/** ITU-R 601 luma of red, green and blue, by which pictures are read as greyscale. */
const LUMA = [0.299, 0.587, 0.114] as const;

/** An image's luma, for a domain that is read as greyscale; a grey image stays as it is. */
export function toGreyTensor(image: ImageTensor): ImageTensor {
  const { data, width, height, channels } = image;
  if (channels === 1) return image;
  const [red, green, blue] = LUMA;
  const grey = Float32Array.from(
    { length: width * height },
    (_, pixel) => red * data[pixel * 3]! + green * data[pixel * 3 + 1]! + blue * data[pixel * 3 + 2]!,
  );
  return { data: grey, width, height, channels: 1 };
}

/**
 * The same network reading and writing RGB: a 1×1 conv in front that takes the luma, one behind that repeats the grey.
 * A network of three channels comes back as it is.
 */
export function asRgbNetwork({ spec, weights }: WeightedNetwork): WeightedNetwork {
  const side = smallestSide(spec);
  const outputChannels = inferShapes(spec, { height: side, width: side }).get(spec.output)!.channels;
  const readsGrey = spec.inputChannels === 1;
  const writesGrey = outputChannels === 1;
  if (!readsGrey && !writesGrey) return { spec, weights };
  const nodes: NetworkNode[] = [];
  const wrapped = new Map(weights);
  const pointwise = (id: string, input: string, kernel: readonly number[], filters: number) => {
    const padding = { mode: "zero", pixels: 0 } as const;
    const name = `${id}/kernel`;
    nodes.push({ op: "conv", id, inputs: [input], filters, size: 1, stride: 1, padding, kernel: name });
    wrapped.set(name, { shape: [1, 1, kernel.length / filters, filters], data: Float32Array.from(kernel) });
    return id;
  };
  const input = readsGrey ? pointwise("luma", INPUT, LUMA, 1) : INPUT;
  for (const node of spec.nodes) {
    nodes.push({ ...node, inputs: node.inputs.map((id) => (id === INPUT ? input : id)) });
  }
  const output = writesGrey ? pointwise("grey", spec.output, [1, 1, 1], 3) : spec.output;
  return { spec: { ...spec, inputChannels: 3, nodes, output }, weights: wrapped };
}
