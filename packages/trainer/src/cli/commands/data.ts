import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { describeFolder } from "../../data/describe-folder.ts";
import { DataError } from "../../data/errors.ts";
import { inspectFolder } from "../../data/inspect-folder.ts";
import { splitPairs } from "../../data/split-pairs.ts";
import { type Season, seasons, synthesizeSeasons, synthesizeSeasonsLabels } from "../../seasons/index.ts";
import type { CliContext } from "../context.ts";
import { follow } from "../follow.ts";
import { integerIn } from "../options.ts";
import { createProgress } from "../progress.ts";
import { addDataGetCommand } from "./data-get.ts";
import { addDataImportCommand } from "./data-import.ts";

interface SynthesizeOptions {
  readonly out: string;
  readonly count: number;
  readonly size: number;
  readonly holdout: number;
  readonly seed: number;
}

/** `trainer data get`, `import`, `synthesize seasons|seasons-labels`, `split` and `inspect`. */
export function addDataCommand(program: Command, context: CliContext): void {
  const { directory, print, signal, progress: target } = context;
  const data = program.command("data").description("gets, makes and examines data sets");
  addDataGetCommand(data, context);
  addDataImportCommand(data, context);
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
  synthesize
    .command("seasons-labels")
    .description("label maps (A) and photos (B) of the same landscapes, with held-out pairs")
    .requiredOption("--out <folder>", "where trainA, trainB, testA and testB go")
    .option("--count <scenes>", "training scenes", integerIn(2, 100_000), 200)
    .option("--size <pixels>", "side of the images", integerIn(16, 512), 128)
    .option("--holdout <scenes>", "held-out scenes", integerIn(0, 10_000), 24)
    .option("--seed <number>", "another seed, another country", integerIn(0, 2 ** 32 - 1), 1)
    .addOption(new Option("--season <season>", "season of the photos").choices(seasons).default("summer"))
    .action(async ({ out, ...options }: SynthesizeOptions & { readonly season: Season }) => {
      const folder = resolve(directory, out);
      const total = (options.count + options.holdout) * 2;
      const progress = createProgress({ label: "Drawing", total, unit: "images", target });
      await synthesizeSeasonsLabels({
        directory: folder,
        ...options,
        signal,
        onProgress: ({ done }) => progress.update(done),
      });
      progress.finish();
      print(`seasons-labels is in ${folder}`);
    });

  data
    .command("split")
    .description("splits pictures that hold A on the left and B on the right into trainA and trainB")
    .argument("<folder>", "the side-by-side pictures")
    .requiredOption("--out <folder>", "where trainA and trainB go")
    .action(async (folder: string, { out }: { readonly out: string }) => {
      const report = follow("Splitting", "images", target);
      const { trainA, trainB, count } = await splitPairs({
        directory: resolve(directory, folder),
        out: resolve(directory, out),
        signal,
        onProgress: report.update,
      });
      report.finish();
      print(`${count} pairs are in ${trainA} and ${trainB}`);
    });

  data
    .command("inspect")
    .description(
      "reads every picture of a folder and says what there is, what is damaged and which --size fits",
    )
    .argument("<folder...>", "folders of pictures")
    .action(async (folders: readonly string[]) => {
      let damaged = 0;
      for (const folder of folders) {
        const report = follow("Reading", "images", target);
        const found = await inspectFolder(resolve(directory, folder), { signal, onProgress: report.update });
        report.finish();
        for (const line of describeFolder(found)) print(line);
        damaged += found.damaged.length;
      }
      if (damaged > 0) {
        throw new DataError(
          "undecodable_image",
          `${damaged} file${damaged === 1 ? "" : "s"} named above cannot be used; replace or remove them before training.`,
        );
      }
    });
}
