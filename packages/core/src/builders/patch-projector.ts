import { InvalidArgumentError } from "../errors.ts";
import { Layers } from "../network/layers.ts";
import type { NetworkSpec, Padding } from "../network/spec.ts";

/** Options of {@link patchProjector}. */
export interface PatchProjectorOptions {
  /** Channels of the features it reads; positive. */
  readonly inputChannels: number;
  /** Channels of the hidden layer and of the embedding, 1–4096. 256 in the paper. */
  readonly width?: number;
}

/**
 * Two-layer perceptron that embeds features pixel by pixel, for patchwise contrast; the embedding's length is left as it
 * comes.
 *
 * Source: arXiv 2007.15651, section 3; taesungp/contrastive-unpaired-translation `PatchSampleF`.
 *
 * @throws InvalidArgumentError for options out of range
 */
export function patchProjector({ inputChannels, width = 256 }: PatchProjectorOptions): NetworkSpec {
  if (!Number.isInteger(inputChannels) || inputChannels < 1) {
    throw new InvalidArgumentError(`inputChannels is ${inputChannels}; it must be a positive whole number.`);
  }
  if (!Number.isInteger(width) || width < 1 || width > 4096) {
    throw new InvalidArgumentError(`width is ${width}; it must be a whole number from 1 to 4096.`);
  }
  const layers = new Layers();
  const padding: Padding = { mode: "zero", pixels: 0 };
  const pointwise = { filters: width, size: 1, padding, bias: true };
  const hidden = layers.activation(layers.conv(layers.input, "hidden", pointwise), "relu");
  layers.conv(hidden, "embedding", pointwise);
  return layers.finish({ name: `projector-${width}`, inputChannels, multipleOf: 1, minimumSide: 1 });
}
