/** Measures the named stages of one request for a `server-timing` header. */
export interface Stopwatch {
  /** Runs `stage` and notes under `name` how long it took, in milliseconds. */
  measure<Result>(name: string, stage: () => Result | Promise<Result>): Promise<Result>;
  /** Says in a word what came of a stage that was measured before. */
  describe(name: string, description: string): void;
  /** Value of the `server-timing` header (W3C Server Timing). */
  header(): string;
}

/** @param nowMs a clock; deployed Workers stop theirs while code runs, so there pure computing measures 0 */
export function startStopwatch(nowMs: () => number): Stopwatch {
  const durations = new Map<string, number>();
  const descriptions = new Map<string, string>();
  const described = (name: string) => (descriptions.has(name) ? `;desc=${descriptions.get(name)}` : "");
  return {
    async measure(name, stage) {
      const startMs = nowMs();
      try {
        return await stage();
      } finally {
        durations.set(name, (durations.get(name) ?? 0) + nowMs() - startMs);
      }
    },
    describe: (name, description) => void descriptions.set(name, description),
    header: () =>
      [...durations].map(([name, ms]) => `${name};dur=${ms.toFixed(1)}${described(name)}`).join(", "),
  };
}
