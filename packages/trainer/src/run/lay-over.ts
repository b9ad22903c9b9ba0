/** Lays plain settings over the ones below, record by record; what is undefined above leaves what is below. */
export function layOver(below: unknown, above: unknown): unknown {
  if (above === undefined) return below;
  if (!isRecord(above)) return above;
  const merged: Record<string, unknown> = isRecord(below) ? { ...below } : {};
  for (const [key, value] of Object.entries(above)) {
    const result = layOver(merged[key], value);
    if (result !== undefined) merged[key] = result;
  }
  return Object.keys(merged).length > 0 || isRecord(below) ? merged : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
