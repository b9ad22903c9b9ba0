/** Round values from 0 or below to `high` or above that an axis is labelled with. */
export function axisTicks(low: number, high: number, count: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [low];
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= raw * 0.999)!;
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step); index * step <= high * (1 + 1e-9); index++) {
    // Products such as 3 × 0.1 would show their rounding.
    ticks.push(Number((index * step).toPrecision(12)));
  }
  return ticks;
}

/** `250`, `5k`, `1.5M`. */
export function shortCount(value: number): string {
  if (value >= 1e9) return value.toExponential().replace("+", "");
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  return value >= 1000 ? `${Number((value / 1000).toPrecision(3))}k` : String(value);
}

/**
 * Bounds of the y axis: from zero or below to 99 % of the raw values, and to all smooth ones within thrice that.
 *
 * A few early or stray peaks would otherwise press the curve flat.
 */
export function valueBounds(
  raw: readonly (readonly number[])[],
  smooth: readonly (readonly number[])[],
): { readonly low: number; readonly high: number } {
  const values = raw.flat().filter(Number.isFinite);
  values.sort((a, b) => a - b);
  const most = values[Math.ceil((values.length - 1) * 0.99)] ?? 0;
  const least = values[Math.floor((values.length - 1) * 0.01)] ?? 0;
  const steady = smooth.flat().filter(Number.isFinite);
  const high = Math.max(0, most, Math.min(3 * most, Math.max(...steady)));
  const low = Math.min(0, least, Math.max(3 * least, Math.min(...steady)));
  const room = (high - low) * 0.06;
  return high === low ? { low, high: low + 1 } : { low: low < 0 ? low - room : 0, high: high + room };
}

/**
 * Exponential moving average, corrected for its start; what is not finite leaves a gap and is not averaged.
 *
 * @param window about how many values a mean reaches back, 1 or more
 */
export function smoothed(values: readonly number[], window: number): number[] {
  const keep = 1 - 2 / (Math.max(1, window) + 1);
  let mean = 0;
  let weight = 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return Number.NaN;
    mean = keep * mean + (1 - keep) * value;
    weight = keep * weight + (1 - keep);
    return mean / weight;
  });
}
