import { InvalidArgumentError } from "../errors.ts";

/** @throws InvalidArgumentError naming the option, its value and what it may be */
export function assertGeneratorOptions({ filters, blocks }: { filters: number; blocks: number }): void {
  if (!Number.isInteger(filters) || filters < 2 || filters > 512 || filters % 2 !== 0) {
    throw new InvalidArgumentError(`filters is ${filters}; it must be an even number from 2 to 512.`);
  }
  if (!Number.isInteger(blocks) || blocks < 1 || blocks > 9) {
    throw new InvalidArgumentError(`blocks is ${blocks}; it must be a whole number from 1 to 9.`);
  }
}
