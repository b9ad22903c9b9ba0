import { parseArgs } from "node:util";
import { type RuntimeName, runtimeNames } from "./hosts/entrant.ts";
import { modelNames } from "./models.ts";
import { namesAmong, numberWithin } from "./option-values.ts";

/** What to measure. */
export interface BenchmarkOptions {
  readonly models: readonly (typeof modelNames)[number][];
  /** Folder of a published model to measure instead. */
  readonly modelFolder: string | undefined;
  readonly runtimes: readonly RuntimeName[];
  /** Timed runs of every contestant; by the size of the model where nothing is said. */
  readonly rounds: number | undefined;
  readonly sizePixels: number;
}

/** How the options are written. */
export const USAGE = `pnpm bench:engine [--models ${modelNames.join(",")}] [--model FOLDER] [--runtimes ${runtimeNames.join(",")}]
                  [--rounds N] [--size PIXELS]`;

/**
 * Reads the command line.
 *
 * @throws Error naming the option and what it may be
 */
export function readOptions(words: readonly string[]): BenchmarkOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      models: { type: "string", default: modelNames.join(",") },
      model: { type: "string" },
      runtimes: { type: "string", default: runtimeNames.join(",") },
      rounds: { type: "string" },
      size: { type: "string", default: "256" },
    },
  });
  const sizePixels = numberWithin("--size", values.size, { most: 1024 });
  if (sizePixels % 4 !== 0) throw new Error(`--size is ${sizePixels}; it must be a multiple of 4.`);
  return {
    models: namesAmong("--models", values.models, modelNames),
    modelFolder: values.model,
    runtimes: namesAmong("--runtimes", values.runtimes, runtimeNames),
    rounds: values.rounds === undefined ? undefined : numberWithin("--rounds", values.rounds, { most: 1000 }),
    sizePixels,
  };
}
