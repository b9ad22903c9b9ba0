import { InvalidArgumentError } from "../errors.ts";
import type { NormKind } from "../network/spec.ts";

/** Options every generator takes. */
export interface GeneratorOptions {
  /** Channels after the first layer; even, 2–512. 64 in the paper. */
  readonly filters?: number;
  readonly norm?: NormKind;
  /** Rate of the dropout inside the network, [0, 1); 0 leaves it out. The reference's is 0.5. */
  readonly dropout?: number;
  readonly inputChannels?: 1 | 3;
  readonly outputChannels?: 1 | 3;
}

/** @throws InvalidArgumentError naming the option, its value and what it may be */
export function assertGeneratorOptions({ filters, dropout }: { filters: number; dropout: number }): void {
  if (!Number.isInteger(filters) || filters < 2 || filters > 512 || filters % 2 !== 0) {
    throw new InvalidArgumentError(`filters is ${filters}; it must be an even number from 2 to 512.`);
  }
  if (!(dropout >= 0 && dropout < 1)) {
    throw new InvalidArgumentError(`dropout is ${dropout}; it must be a rate from 0 to below 1.`);
  }
}

/** @throws InvalidArgumentError naming the value and what it may be */
export function assertBlocks(blocks: number): void {
  if (!Number.isInteger(blocks) || blocks < 1 || blocks > 9) {
    throw new InvalidArgumentError(`blocks is ${blocks}; it must be a whole number from 1 to 9.`);
  }
}
