import type { SubMobileWidths } from "@unpaired/core";
import { PytorchFileError } from "../errors.ts";

/** Options of {@link parseChannelConfiguration}. */
export interface ChannelConfigurationOptions {
  /** Residual blocks of the network. */
  readonly blocks: number;
  /** As GAN Compression's first release read it: each third's entry is its first block's, the others are as wide as what
   * they read. */
  readonly legacy?: boolean;
}

/**
 * Widths of the layers that a channel configuration of GAN Compression asks for, such as `16_16_32_16_32_32_16_16`: stem,
 * two down-sampling layers, residual blocks (one entry for each three of them, or one for all), two up-sampling layers;
 * each entry is multiplied by what its layer's resolution asks for (1, 2, 4, 4, 2, 1).
 *
 * Source: mit-han-lab/gan-compression `SubMobileResnetGenerator`, `LegacySubMobileResnetGenerator`.
 *
 * @throws PytorchFileError `tensor_mismatch` for a text that is no configuration
 */
export function parseChannelConfiguration(
  text: string,
  { blocks, legacy = false }: ChannelConfigurationOptions,
): SubMobileWidths {
  const entries = text.split("_").map(Number);
  const usable = /^\d{1,4}(_\d{1,4})*$/.test(text) && entries.every((entry) => entry >= 1 && entry <= 512);
  if (!usable || (entries.length !== 6 && entries.length !== 8) || (entries.length === 8 && blocks > 9)) {
    throw new PytorchFileError(
      "tensor_mismatch",
      `The channel configuration is ${JSON.stringify(text.slice(0, 60))}; give 6 or 8 whole numbers from 1 to 512 with _ between, such as 16_16_32_16_32_32_16_16.`,
    );
  }
  const entry = (index: number) => entries.at(index)!;
  const inner = (block: number) => {
    if (legacy && block % 3 !== 0) return entry(2);
    return entry(entries.length === 6 ? 3 : 3 + Math.floor(block / 3));
  };
  return {
    stem: entry(0),
    down1: entry(1) * 2,
    down2: entry(2) * 4,
    blocks: Array.from({ length: blocks }, (_, block) => 4 * inner(block)),
    up1: entry(-2) * 2,
    up2: entry(-1),
  };
}
