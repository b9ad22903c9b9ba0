import { InvalidArgumentError } from "../errors.ts";
import type { NormKind } from "../network/spec.ts";

/** Options every discriminator takes. */
export interface DiscriminatorOptions {
  /** Channels of the first layer, 1–512. 64 in the paper. */
  readonly filters?: number;
  readonly norm?: NormKind;
  /** 1–6: an image's, or those of an image and its condition together. */
  readonly inputChannels?: number;
}

/** @throws InvalidArgumentError naming the option, its value and what it may be */
export function assertDiscriminatorOptions({
  filters,
  inputChannels,
}: {
  filters: number;
  inputChannels: number;
}): void {
  if (!Number.isInteger(filters) || filters < 1 || filters > 512) {
    throw new InvalidArgumentError(`filters is ${filters}; it must be a whole number from 1 to 512.`);
  }
  if (!Number.isInteger(inputChannels) || inputChannels < 1 || inputChannels > 6) {
    throw new InvalidArgumentError(
      `inputChannels is ${inputChannels}; it must be a whole number from 1 to 6.`,
    );
  }
}
