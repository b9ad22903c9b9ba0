/** Bytes as megabytes, to a tenth, for progress. */
export function inMegabytes(bytes: number): number {
  return Math.round(bytes / 1e5) / 10;
}
