import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { namesAmong, numberWithin } from "@unpaired/engine/bench";
import { type SettingName, settingNames } from "./settings.ts";

/** What to measure. */
export interface TrainBenchOptions {
  /** Turns of every contestant. */
  readonly rounds: number;
  readonly settings: readonly SettingName[];
  /** Threads of every contestant. */
  readonly threads: number;
}

/** How the options are written. */
export const USAGE = `pnpm bench:train [--rounds N] [--settings ${settingNames.join(",")}] [--threads N]`;

/**
 * Reads the command line.
 *
 * @throws Error naming the option and what it may be
 */
export function readOptions(words: readonly string[]): TrainBenchOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      rounds: { type: "string", default: "5" },
      settings: { type: "string", default: settingNames.join(",") },
      threads: { type: "string", default: String(availableParallelism()) },
    },
  });
  return {
    rounds: numberWithin("--rounds", values.rounds, { most: 1000 }),
    settings: namesAmong("--settings", values.settings, settingNames),
    threads: numberWithin("--threads", values.threads, { most: 1024 }),
  };
}
