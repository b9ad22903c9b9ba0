import { InvalidArgumentError } from "../errors.ts";
import { Layers } from "../network/layers.ts";
import type { NetworkSpec, NormKind, Padding } from "../network/spec.ts";

/** Options of {@link coupledGenerator} and {@link coupledDiscriminator}. */
export interface CoupledNetworkOptions {
  /** Side of the images: a power of two from 16 to 2048. */
  readonly sidePixels: number;
  /** Channels of the layer next to the image, 1–512. */
  readonly filters?: number;
  readonly norm?: NormKind;
  /** Of the image, 1–3. */
  readonly imageChannels?: number;
  /** Layers next to the image that a domain has to itself, 1–3. */
  readonly ownLayers?: number;
}

/** Options of {@link coupledGenerator}. */
export interface CoupledGeneratorOptions extends CoupledNetworkOptions {
  /** Length of the latent vector, 1–4096. */
  readonly latentSize?: number;
}

/** One network in two parts, of which several domains share one. */
export interface CoupledNetwork {
  readonly shared: NetworkSpec;
  readonly own: NetworkSpec;
}

/**
 * Draws an image from a latent vector `[batch, 1, 1, latentSize]`: 4×4 transposed convs that double the side, the first of
 * them shared. A grid of latents gives an image as many times larger.
 *
 * Source: arXiv 1606.07536, section 3; arXiv 1511.06434 for the layers.
 *
 * @throws InvalidArgumentError for options out of range
 */
export function coupledGenerator({ latentSize = 100, ...options }: CoupledGeneratorOptions): CoupledNetwork {
  const { filters, norm, imageChannels, depth, ownLayers } = checked(options);
  if (!Number.isInteger(latentSize) || latentSize < 1 || latentSize > 4096) {
    throw new InvalidArgumentError(`latentSize is ${latentSize}; it must be a whole number from 1 to 4096.`);
  }
  /** Channels behind a layer. */
  const width = (layer: number) =>
    layer === 0 ? latentSize : filters * Math.min(2 ** (depth - 1 - layer), 8);
  const part = (name: string, first: number, last: number): NetworkSpec => {
    const layers = new Layers();
    let x = layers.input;
    for (let layer = first; layer <= last; layer++) {
      const drawn = layer === depth;
      const up = layers.transposedConv(x, `up${layer}`, {
        filters: drawn ? imageChannels : width(layer),
        size: 4,
        bias: drawn,
      });
      x = drawn ? layers.activation(up, "tanh") : layers.activation(layers.norm(up, norm), "relu");
    }
    return layers.finish({ name, inputChannels: width(first - 1), multipleOf: 1, minimumSide: 1 });
  };
  const name = `coupled-generator-${filters}filters`;
  return {
    shared: part(`${name}-shared`, 1, depth - ownLayers),
    own: part(`${name}-own`, depth - ownLayers + 1, depth),
  };
}

/**
 * Judges an image as a whole: 4×4 convs that halve the side down to one logit, the last of them shared.
 *
 * Source: arXiv 1606.07536, section 3; arXiv 1511.06434 for the layers.
 *
 * @throws InvalidArgumentError for options out of range
 */
export function coupledDiscriminator(options: CoupledNetworkOptions): CoupledNetwork {
  const { filters, norm, imageChannels, depth, ownLayers } = checked(options);
  const padding: Padding = { mode: "zero", pixels: 1 };
  const width = (layer: number) => (layer === 0 ? imageChannels : filters * Math.min(2 ** (layer - 1), 8));
  const part = (name: string, first: number, last: number): NetworkSpec => {
    const layers = new Layers();
    let x = layers.input;
    for (let layer = first; layer <= last; layer++) {
      const geometry = { size: 4, stride: 2, padding } as const;
      if (layer === depth) {
        layers.conv(x, "logits", { ...geometry, filters: 1, bias: true });
        continue;
      }
      const bare = layer === 1;
      const down = layers.conv(x, `down${layer}`, { ...geometry, filters: width(layer), bias: bare });
      x = layers.activation(bare ? down : layers.norm(down, norm), "leakyRelu", 0.2);
    }
    const side = 2 ** (last - first + 1);
    return layers.finish({ name, inputChannels: width(first - 1), multipleOf: side, minimumSide: side });
  };
  const name = `coupled-discriminator-${filters}filters`;
  return {
    own: part(`${name}-own`, 1, ownLayers),
    shared: part(`${name}-shared`, ownLayers + 1, depth),
  };
}

function checked({
  sidePixels,
  filters = 64,
  norm = "batch",
  imageChannels = 3,
  ownLayers = 1,
}: CoupledNetworkOptions) {
  const depth = Math.log2(sidePixels);
  if (!Number.isInteger(depth) || depth < 4 || depth > 11) {
    throw new InvalidArgumentError(`sidePixels is ${sidePixels}; it must be a power of two from 16 to 2048.`);
  }
  for (const [name, value, highest] of [
    ["filters", filters, 512],
    ["imageChannels", imageChannels, 3],
    ["ownLayers", ownLayers, 3],
  ] as const) {
    if (Number.isInteger(value) && value >= 1 && value <= highest) continue;
    throw new InvalidArgumentError(`${name} is ${value}; it must be a whole number from 1 to ${highest}.`);
  }
  return { filters, norm, imageChannels, ownLayers, depth };
}
