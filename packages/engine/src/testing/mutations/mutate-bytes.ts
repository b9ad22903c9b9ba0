import type { Random } from "@unpaired/core";

/** All of the bytes in one run. */
export function concatenate(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Cuts, lengthens or overwrites a few bytes. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.integer(bytes.length + 1);
  const length = random.integer(16);
  const noise = Uint8Array.from({ length }, () => random.integer(256));
  switch (random.integer(4)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return concatenate(bytes.subarray(0, at), noise, bytes.subarray(at));
    case 2:
      return concatenate(bytes.subarray(0, at), bytes.subarray(at + length));
    default: {
      const copy = bytes.slice();
      copy.set(noise.subarray(0, Math.max(0, bytes.length - at)), at);
      return copy;
    }
  }
}

/** Drops, adds, reorders or damages shards. */
export function mutateShards(weights: readonly Uint8Array[], random: Random): readonly Uint8Array[] {
  const at = random.integer(weights.length);
  switch (random.integer(5)) {
    case 0:
      return weights.toSpliced(at, 1);
    case 1:
      return weights.toSpliced(at, 0, new Uint8Array(random.integer(9)));
    case 2:
      return weights.toReversed();
    case 3: {
      // Exponents of all ones are what NaN and infinity are made of.
      const copy = weights[at]?.slice() ?? new Uint8Array();
      copy.fill(0xff, random.integer(copy.length + 1));
      return weights.length === 0 ? weights : weights.with(at, copy);
    }
    default:
      return weights.length === 0 ? weights : weights.with(at, mutateBytes(weights[at]!, random));
  }
}
