import { parseArgs } from "node:util";

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
    rounds: within("--rounds", values.rounds, [5, 1000]),
    minutes: within("--minutes", values.minutes, [0, 60]),
    coldStarts: within("--cold-starts", values["cold-starts"], [1, 50]),
  };
}

function within(option: string, text: string, [least, most]: readonly [number, number]): number {
  const value = Number(text);
  if (
    text.trim() !== "" &&
    value >= least &&
    value <= most &&
    (option === "--minutes" || Number.isInteger(value))
  ) {
    return value;
  }
  throw new Error(`${option} is "${text}"; it must be a number from ${least} to ${most}.`);
}
