import { parseArgs } from "node:util";
import { numberWithin } from "@unpaired/engine/bench";

/** What to measure. */
export interface EdgeBenchOptions {
  readonly rounds: number;
  /** Minutes of the soak at twice the capacity; 0 leaves it out. */
  readonly minutes: number;
  /** Fresh isolates whose first answer is timed. */
  readonly coldStarts: number;
}

/** How the options are written. */
export const USAGE = "pnpm bench:edge [--rounds N] [--minutes N] [--cold-starts N]";

/**
 * Reads the command line.
 *
 * @throws Error naming the option and what it may be
 */
export function readOptions(words: readonly string[]): EdgeBenchOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      rounds: { type: "string", default: "40" },
      minutes: { type: "string", default: "0" },
      "cold-starts": { type: "string", default: "5" },
    },
  });
  return {
    rounds: numberWithin("--rounds", values.rounds, { least: 5, most: 1000 }),
    minutes: numberWithin("--minutes", values.minutes, { least: 0, most: 60, whole: false }),
    coldStarts: numberWithin("--cold-starts", values["cold-starts"], { most: 50 }),
  };
}
