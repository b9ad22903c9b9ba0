import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { catalog } from "../../data-sets/catalog.ts";
import { getDataSet } from "../../data-sets/get-data-set.ts";
import type { CliContext } from "../context.ts";
import { follow } from "../follow.ts";

interface DataGetOptions {
  readonly out: string;
  readonly mirror?: string;
}

/** `trainer data get`. */
export function addDataGetCommand(
  data: Command,
  { directory, print, signal, progress: target }: CliContext,
): void {
  data
    .command("get")
    .description(`downloads a data set of the paper: ${Object.keys(catalog).join(", ")}`)
    .argument("<name>", "the data set")
    .option("--out <folder>", "where its folder goes", "data")
    .addOption(
      new Option("--mirror <address>", "a folder that has its zip archive, instead of the authors'").env(
        "UNPAIRED_DATA_MIRROR",
      ),
    )
    .addHelpText("after", "\nBroken off, the same command goes on from there.")
    .action(async (name: string, { out, mirror }: DataGetOptions) => {
      const download = follow(`Getting ${name}`, "MB", target);
      const unpack = follow("Unpacking", "images", target);
      const folder = await getDataSet({
        name,
        directory: resolve(directory, out),
        mirror,
        signal,
        onDownload: ({ done, total }) =>
          download.update({ done: inMegabytes(done), total: inMegabytes(total) }),
        onUnpack: (progress) => {
          if (progress.done === 1) download.finish();
          unpack.update(progress);
        },
      });
      unpack.finish();
      print(`${name} is in ${folder}`);
    });
}

function inMegabytes(bytes: number): number {
  return Math.round(bytes / 1e5) / 10;
}
