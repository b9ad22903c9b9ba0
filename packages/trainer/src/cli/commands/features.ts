import { resolve } from "node:path";
import { Argument, type Command } from "commander";
import { getInception, inceptionWeights } from "../../evaluation/features/inception/get-inception.ts";
import type { CliContext } from "../context.ts";
import { follow } from "../follow.ts";
import { inMegabytes } from "../in-megabytes.ts";
import { mirrorOption } from "../options.ts";

interface FeaturesGetOptions {
  readonly weights?: string;
  readonly out: string;
  readonly mirror?: string;
}

/** `trainer features`. */
export function addFeaturesCommand(program: Command, context: CliContext): void {
  const { directory, print, signal, progress } = context;
  const at = (path: string) => resolve(directory, path);
  program
    .command("features")
    .description("feature networks that FID and KID compare pictures by")
    .command("get")
    .description("makes a graph model of published weights, held to their checksum")
    .addArgument(new Argument("<network>", "inception: the one FID is defined with").choices(["inception"]))
    .option("--weights <file>", `${inceptionWeights.file}, where it is here already`)
    .option("--out <folder>", "where the graph model goes", "features/inception")
    .addOption(mirrorOption())
    .addHelpText(
      "after",
      "\nBroken off, the same command goes on from there. Then: trainer evaluate RUN --metrics fid,kid --features features/inception",
    )
    .action(async (network: string, { weights, out, mirror }: FeaturesGetOptions) => {
      const bar = follow(`Getting ${network}`, "MB", progress);
      await getInception({
        ...{ out: at(out), mirror, signal, weights: weights === undefined ? undefined : at(weights) },
        onProgress: ({ done, total }) => bar.update({ done: inMegabytes(done), total: inMegabytes(total) }),
      });
      bar.finish();
      print(`${network} is in ${at(out)}; it reads values from -1 to 1 at any size.`);
    });
}
