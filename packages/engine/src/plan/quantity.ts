const COUNTS = ["", "k", "M", "G", "T"];
const BYTES = ["B", "KiB", "MiB", "GiB"];

/** A count to three digits with its prefix: `512`, `37.7 M`, `3.33 G`; nothing for none. */
export function formatCount(count: number): string {
  return count === 0 ? "" : scaled(count, 1000, COUNTS).trimEnd();
}

/** Bytes to three digits: `96 B`, `1.25 MiB`. */
export function formatBytes(bytes: number): string {
  return scaled(bytes, 1024, BYTES);
}

/** `12.3 %` of 0.123. */
export function formatShare(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

/** Three digits, not more: `0.83`, `12.4`, `967`. */
export function threeDigits(value: number): string {
  return value >= 99.95 ? value.toFixed(0) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

function scaled(value: number, base: number, units: readonly string[]): string {
  let [power, rest] = [0, value];
  // What would round up to the base reads better as one of the next unit.
  while (rest >= base - 0.5 && power < units.length - 1) {
    rest /= base;
    power++;
  }
  return `${power === 0 ? rest : threeDigits(rest)} ${units[power]}`;
}
