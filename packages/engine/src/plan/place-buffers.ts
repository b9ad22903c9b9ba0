/** Memory needed from step `first` to step `last`, both included. */
export interface Lifetime {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Where each buffer lies, and how much room all of them take together. */
export interface Placement {
  readonly offsets: readonly number[];
  readonly bytes: number;
}

/** Offsets are multiples of a cache line. */
const ALIGNMENT = 64;

/**
 * Places buffers so that no two that live at the same time overlap: largest first, each at the lowest offset that is
 * free throughout its life.
 *
 * Source: Pisarchyk & Lee 2020, "Efficient Memory Management for Deep Neural Net Inference" (greedy by size).
 */
export function placeBuffers(buffers: readonly Lifetime[]): Placement {
  const offsets = buffers.map(() => 0);
  const placed: { begin: number; end: number; buffer: Lifetime }[] = [];
  const largestFirst = [...buffers.entries()].sort(([, a], [, b]) => b.bytes - a.bytes || a.first - b.first);
  let total = 0;
  for (const [index, buffer] of largestFirst) {
    const bytes = align(buffer.bytes);
    let begin = 0;
    // `placed` is ordered by begin, so the first gap that is large enough is the lowest.
    for (const other of placed) {
      if (other.buffer.last < buffer.first || buffer.last < other.buffer.first) continue;
      if (other.begin >= begin + bytes) break;
      begin = Math.max(begin, other.end);
    }
    offsets[index] = begin;
    const at = placed.findIndex((other) => other.begin > begin);
    placed.splice(at < 0 ? placed.length : at, 0, { begin, end: begin + bytes, buffer });
    total = Math.max(total, begin + bytes);
  }
  return { offsets, bytes: total };
}

/** Rounds a size or address up to where the next buffer may begin. */
export function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
