/** Durations by name, in milliseconds. */
export type Timings = Readonly<Record<string, number>>;

/**
 * The durations of a `server-timing` header (W3C Server Timing): `decode;dur=3.1, model;dur=42` gives
 * `{ decode: 3.1, model: 42 }`. Entries without a duration are left out.
 */
export function parseServerTiming(value: string | null): Timings {
  const entries: [string, number][] = [];
  // A description may hold commas and semicolons, so quoted strings go first.
  for (const metric of (value ?? "").replaceAll(/"(?:\\.|[^"\\])*"/g, '""').split(",")) {
    const [name = "", ...parameters] = metric.split(";").map((part) => part.trim());
    const duration = parameters.find((parameter) => /^dur\s*=/i.test(parameter));
    const durationMs = Number.parseFloat(duration?.split("=")[1] ?? "");
    if (name && Number.isFinite(durationMs)) entries.push([name, durationMs]);
  }
  return Object.fromEntries(entries);
}
