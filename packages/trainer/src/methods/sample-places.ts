import type { Random } from "@unpaired/core";

/** Draws `count` distinct whole numbers below `total`, each set as likely as any other. */
export function samplePlaces(count: number, total: number, random: Random): Int32Array {
  // The first draws of a Fisher–Yates shuffle, of which only the moved places are kept.
  const moved = new Map<number, number>();
  return Int32Array.from({ length: count }, (_, index) => {
    const other = index + random.integer(total - index);
    const place = moved.get(other) ?? other;
    moved.set(other, moved.get(index) ?? index);
    return place;
  });
}
