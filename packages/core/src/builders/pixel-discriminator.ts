import { Layers } from "../network/layers.ts";
import type { NetworkSpec, Padding } from "../network/spec.ts";
import { assertDiscriminatorOptions, type DiscriminatorOptions } from "./discriminator-options.ts";

/**
 * PixelGAN: judges every pixel by itself with 1×1 convs; one logit per pixel, no sigmoid.
 *
 * Source: arXiv 1611.07004, appendix 6.1.2; junyanz/pytorch-CycleGAN-and-pix2pix `PixelDiscriminator`.
 *
 * @throws InvalidArgumentError for options out of range
 */
export function pixelDiscriminator(options: DiscriminatorOptions = {}): NetworkSpec {
  const { filters = 64, norm = "instance", inputChannels = 3 } = options;
  assertDiscriminatorOptions({ filters, inputChannels });
  const layers = new Layers();
  const padding: Padding = { mode: "zero", pixels: 0 };
  const leaky = (x: string) => layers.activation(x, "leakyRelu", 0.2);
  const first = leaky(layers.conv(layers.input, "pixel1", { filters, size: 1, padding, bias: true }));
  const second = layers.conv(first, "pixel2", { filters: filters * 2, size: 1, padding });
  // The reference's last conv has a bias under instance norm only.
  const bias = norm === "instance";
  layers.conv(leaky(layers.norm(second, norm)), "logits", { filters: 1, size: 1, padding, bias });
  return layers.finish({ name: `pixel-${filters}filters`, inputChannels, multipleOf: 1, minimumSide: 2 });
}
