/** `1,234,567`. */
export function formatCount(value: number): string {
  return Math.round(value)
    .toString()
    .replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

/** A figure in three significant digits, without an exponent where a reader can do without. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-3) return minus(value.toExponential(2).replace(/\.?0+e/, "e"));
  if (size >= 1e6) return minus(value.toExponential(2));
  if (size >= 1000) return minus(formatCount(value));
  return minus(
    size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(size >= 1 ? 2 : 3),
  );
}

/** `512 MiB`, `1.4 GiB`. */
export function formatBytes(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1024 ? `${Math.round(mebibytes)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}

function minus(text: string): string {
  return text.replaceAll("-", "−");
}
