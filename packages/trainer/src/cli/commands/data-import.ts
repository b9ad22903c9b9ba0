import { resolve } from "node:path";
import type { Command } from "commander";
import { describeFolder } from "../../data/describe-folder.ts";
import { examineDataSet } from "../../data-sets/examine-data-set.ts";
import { importDataSet } from "../../data-sets/import-data-set.ts";
import type { CliContext } from "../context.ts";
import { follow } from "../follow.ts";
import { integerIn } from "../options.ts";

interface DataImportOptions {
  readonly out?: string;
  readonly holdout: number;
  readonly seed: number;
}

/** `trainer data import`. */
export function addDataImportCommand(
  data: Command,
  { directory, print, signal, progress: target }: CliContext,
): void {
  data
    .command("import")
    .description(
      "takes a folder as it is, says what is wrong with it, and with --out lays it out for training",
    )
    .argument("<folder>", "trainA and trainB, or two folders of any names, or pairs side by side")
    .option("--out <folder>", "new folder for trainA, trainB, testA and testB, without what is wrong")
    .option(
      "--holdout <percent>",
      "share put aside to test with where nothing is brought for it",
      integerIn(0, 50),
      10,
    )
    .option("--seed <number>", "which pictures are put aside", integerIn(0, 2 ** 32 - 1), 1)
    .action(async (folder: string, { out, holdout, seed }: DataImportOptions) => {
      const report = follow("Reading", "images", target);
      const examination = await examineDataSet(resolve(directory, folder), {
        signal,
        onProgress: report.update,
      });
      report.finish();
      for (const one of examination.folders) {
        for (const line of describeFolder({ ...one.report, damaged: [] })) print(line);
      }
      for (const { message } of examination.findings) print(`! ${message}`);
      if (examination.findings.length === 0) print("Nothing is wrong with it.");
      if (out === undefined) return;
      const written = await importDataSet({
        examination,
        out: resolve(directory, out),
        holdout: holdout / 100,
        seed,
        signal,
      });
      const counts = Object.entries(written).map(([name, pictures]) => `${name} ${pictures}`);
      print(`${resolve(directory, out)}: ${counts.join(", ")}`);
    });
}
