import { relative, resolve } from "node:path";
import { countParameters } from "@unpaired/core";
import type { Command } from "commander";
import { importModel } from "../../models/import-model.ts";
import type { CliContext } from "../context.ts";
import { integerIn } from "../options.ts";

interface ImportOptions {
  readonly out: string;
  readonly from: string;
  readonly to: string;
  readonly size: number;
  readonly images?: string;
  readonly config?: string;
  readonly dataSet?: string;
}

/** `trainer import FILE.pth`. */
export function addImportCommand(program: Command, { directory, print }: CliContext): void {
  program
    .command("import")
    .description("makes a model of a generator that PyTorch saved (CycleGAN, pix2pix, GAN Compression)")
    .argument("<file>", "a state dict, such as latest_net_G_A.pth; nothing in it is executed")
    .requiredOption("--out <folder>", "the model's new folder, such as models/horse2zebra")
    .requiredOption("--from <domain>", "what it reads, such as horse")
    .requiredOption("--to <domain>", "what it makes of it, such as zebra")
    .option("--size <pixels>", "side it was trained for", integerIn(16, 2048), 256)
    .option("--images <folder>", "pictures of what it reads, for verifying and for the domain score")
    .option(
      "--config <channels>",
      "the channel configuration to hold the file against, such as 16_16_32_16_32_32_16_16",
    )
    .option("--data-set <name>", "what it was trained on, for the manifest")
    .action(async (file: string, options: ImportOptions) => {
      const { out, from, to, size, images, config, dataSet } = options;
      const modelDirectory = resolve(directory, out);
      const { spec } = await importModel({
        file: resolve(directory, file),
        directory: modelDirectory,
        from,
        to,
        sizePixels: size,
        ...(images !== undefined && { images: resolve(directory, images) }),
        ...(config !== undefined && { channelConfiguration: config }),
        ...(dataSet !== undefined && { dataSet }),
      });
      const name = relative(directory, modelDirectory) || ".";
      print(`${spec.name} with ${countParameters(spec).toLocaleString("en")} parameters is in ${name}.`);
      if (spec.nodes.some((node) => node.op === "norm" && node.kind === "batch")) {
        print("Its batch norms use their running statistics, as the reference does with --eval.");
      }
      print(`Go on with: trainer translate ${name} IMAGE --out FILE, trainer publish ${name}`);
    });
}
