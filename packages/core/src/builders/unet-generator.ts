import { InvalidArgumentError } from "../errors.ts";
import { Layers } from "../network/layers.ts";
import type { NetworkSpec, Padding } from "../network/spec.ts";
import { assertGeneratorOptions, type GeneratorOptions } from "./generator-options.ts";

/** Options of {@link unetGenerator}. */
export interface UnetGeneratorOptions extends GeneratorOptions {
  /** Times the image is halved, 5–9: 8 is the reference's `unet_256`, 7 its `unet_128`. */
  readonly depth?: number;
}

/**
 * The U-Net of pix2pix: 4×4 stride-2 convs down to a point and transposed ones back, each level's input concatenated to
 * what comes back from below it.
 *
 * Sides must be multiples of 2^depth. Dropout stands behind the innermost 8·filters wide levels but the last.
 *
 * Source: arXiv 1611.07004, appendix 6.1; junyanz/pytorch-CycleGAN-and-pix2pix `UnetGenerator`.
 *
 * @throws InvalidArgumentError for options out of range
 */
export function unetGenerator(options: UnetGeneratorOptions = {}): NetworkSpec {
  const {
    depth = 8,
    filters = 64,
    norm = "batch",
    dropout = 0,
    inputChannels = 3,
    outputChannels = 3,
  } = options;
  assertGeneratorOptions({ filters, dropout });
  if (!Number.isInteger(depth) || depth < 5 || depth > 9) {
    throw new InvalidArgumentError(`depth is ${depth}; it must be a whole number from 5 to 9.`);
  }
  const layers = new Layers();
  const padding: Padding = { mode: "zero", pixels: 1 };
  // The reference gives every conv a bias under instance norm and none otherwise; only those without a norm behind matter.
  const bias = norm === "instance";
  const width = (level: number) => filters * Math.min(2 ** (level - 1), 8);

  const skips: string[] = [];
  let x = layers.input;
  for (let level = 1; level <= depth; level++) {
    const input = level === 1 ? x : layers.activation(x, "leakyRelu", 0.2);
    const bare = level === 1 || level === depth;
    const geometry = { filters: width(level), size: 4, stride: 2, padding } as const;
    const down = layers.conv(input, `down${level}`, { ...geometry, bias: bare && bias });
    x = bare ? down : layers.norm(down, norm);
    skips.push(x);
  }
  for (let level = depth; level > 1; level--) {
    const up = layers.transposedConv(layers.activation(x, "relu"), `up${level}`, {
      filters: width(level - 1),
      size: 4,
    });
    const wide = level > 4 && level < depth;
    const back = layers.dropout(layers.norm(up, norm), wide ? dropout : 0);
    x = layers.concat(skips[level - 2]!, back, `join${level - 1}`);
  }
  const last = layers.transposedConv(layers.activation(x, "relu"), "up1", {
    filters: outputChannels,
    size: 4,
    bias: true,
  });
  layers.activation(last, "tanh");
  return layers.finish({
    name: `unet-${2 ** depth}-${filters}filters`,
    inputChannels,
    multipleOf: 2 ** depth,
    minimumSide: 2 ** depth,
  });
}
