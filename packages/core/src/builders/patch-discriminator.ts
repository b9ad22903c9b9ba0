import { InvalidArgumentError } from "../errors.ts";
import { Layers } from "../network/layers.ts";
import type { NetworkSpec, Padding } from "../network/spec.ts";
import { assertDiscriminatorOptions, type DiscriminatorOptions } from "./discriminator-options.ts";

/** Options of {@link patchDiscriminator}. */
export interface PatchDiscriminatorOptions extends DiscriminatorOptions {
  /** Stride-2 layers, 1–5. 3 gives the 70×70 PatchGAN. */
  readonly layers?: number;
}

/**
 * PatchGAN: one logit per overlapping patch (70×70 pixels with 3 layers), no sigmoid; 256² in gives 30×30 out.
 *
 * Source: junyanz/pytorch-CycleGAN-and-pix2pix `NLayerDiscriminator`; arXiv 1703.10593, appendix 7.2.
 *
 * @throws InvalidArgumentError for options out of range
 */
export function patchDiscriminator(options: PatchDiscriminatorOptions = {}): NetworkSpec {
  const { filters = 64, layers: depth = 3, norm = "instance", inputChannels = 3 } = options;
  assertDiscriminatorOptions({ filters, inputChannels });
  if (!Number.isInteger(depth) || depth < 1 || depth > 5) {
    throw new InvalidArgumentError(`layers is ${depth}; it must be a whole number from 1 to 5.`);
  }
  const layers = new Layers();
  const padding: Padding = { mode: "zero", pixels: 1 };
  const leaky = (x: string) => layers.activation(x, "leakyRelu", 0.2);

  let x = leaky(layers.conv(layers.input, "patch1", { filters, size: 4, stride: 2, padding, bias: true }));
  for (let index = 1; index <= depth; index++) {
    const width = filters * Math.min(2 ** index, 8);
    const stride = index < depth ? 2 : 1;
    const conv = layers.conv(x, `patch${index + 1}`, { filters: width, size: 4, stride, padding });
    x = leaky(layers.norm(conv, norm));
  }
  layers.conv(x, "logits", { filters: 1, size: 4, padding, bias: true });
  // Two stride-1 4×4 convs with padding 1 each take one pixel off the 2^depth times smaller map.
  const minimumSide = 3 * 2 ** depth;
  return layers.finish({
    name: `patch-${depth}layers-${filters}filters`,
    inputChannels,
    multipleOf: 1,
    minimumSide,
  });
}
