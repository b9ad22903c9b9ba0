import { resolve } from "node:path";
import type { Command } from "commander";
import { synthesizeSeasons } from "../../seasons/index.ts";
import type { CliContext } from "../context.ts";
import { integerIn } from "../options.ts";
import { createProgress } from "../progress.ts";

interface SynthesizeOptions {
  readonly out: string;
  readonly count: number;
  readonly size: number;
  readonly holdout: number;
  readonly seed: number;
}

/** `trainer data synthesize seasons`. */
export function addDataCommand(
  program: Command,
  { directory, print, signal, progress: target }: CliContext,
): void {
  const data = program.command("data").description("makes data sets");
  const synthesize = data.command("synthesize").description("draws a data set by code");
  synthesize
    .command("seasons")
    .description("landscapes in summer (A) and winter (B), with held-out pairs and label maps")
    .requiredOption("--out <folder>", "where trainA, trainB, testA, testB and testLabels go")
    .option("--count <images>", "training images per season", integerIn(2, 100_000), 200)
    .option("--size <pixels>", "side of the images", integerIn(16, 512), 128)
    .option("--holdout <scenes>", "held-out scenes, drawn in both seasons", integerIn(0, 10_000), 24)
    .option("--seed <number>", "another seed, another country", integerIn(0, 2 ** 32 - 1), 1)
    .action(async ({ out, ...options }: SynthesizeOptions) => {
      const folder = resolve(directory, out);
      const total = options.count * 2 + options.holdout * 3;
      const progress = createProgress({ label: "Drawing", total, unit: "images", target });
      await synthesizeSeasons({
        directory: folder,
        ...options,
        signal,
        onProgress: ({ done }) => progress.update(done),
      });
      progress.finish();
      print(`seasons is in ${folder}`);
    });
}
