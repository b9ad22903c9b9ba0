import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { detectBackend, fastestBackend } from "../../backend/detect.ts";
import { type BackendName, type MachineChoice, openMachine } from "../../backend/select.ts";
import { writeAtomically } from "../../checkpoint/atomic-write.ts";
import { ConfigError } from "../../errors.ts";
import { openFeatureExtractor } from "../../evaluation/features/open-feature-extractor.ts";
import { type Contestant, contestantNames, contestantsNamed } from "../../tables/contestants.ts";
import { documentPictures } from "../../tables/document-pictures.ts";
import type { TableSetting } from "../../tables/experiment.ts";
import { writeIntoMarkdown } from "../../tables/markdown.ts";
import { type TableRecipe, tableRecipe, tableRecipeNames } from "../../tables/recipes/index.ts";
import { runTable } from "../../tables/run-table.ts";
import { readSetting, tablePaths } from "../../tables/table-folder.ts";
import { linesOf } from "../../tables/table-text.ts";
import type { CliContext } from "../context.ts";
import { domainsNamed } from "../domains-named.ts";
import { addMachineOptions, integerIn } from "../options.ts";
import { keepMemorySteady } from "../steady-memory.ts";

interface TableCommandOptions extends MachineChoice {
  readonly recipe: (typeof tableRecipeNames)[number];
  readonly domains?: string;
  readonly data?: string;
  readonly methods?: string;
  readonly steps?: number;
  readonly size?: number;
  readonly seeds: number;
  readonly scenes?: number;
  readonly holdout?: number;
  readonly segmenterSteps?: number;
  readonly features?: string;
  readonly featureSize?: number;
  readonly featureRange: "-1..1" | "0..1" | "0..255";
  readonly out?: string;
  readonly json?: string;
  readonly markdown?: string;
}

/** `trainer table`. */
export function addTableCommand(program: Command, context: CliContext): void {
  const command = program
    .command("table")
    .description(
      "trains methods at one small setting, measures them and prints the paper's tables beside ours; the same command goes on where it was stopped",
    )
    .addOption(
      new Option(
        "--recipe <name>",
        "seasons-labels, turned (a change of geometry) and paintings (what identity is for) draw their data; maps, pairs and unpaired read --data",
      )
        .choices(tableRecipeNames)
        .default("seasons-labels"),
    )
    .option(
      "--data <folder>",
      "maps: train/aerial, train/map, val/aerial, val/map; pairs: trainA, trainB, testA, testB of equal names; unpaired: the same of any names",
    )
    .option("--domains <a,b>", "names of the domains in --data, such as horse,zebra")
    .option(
      "--methods <names>",
      `comma-separated: all, ${contestantNames.join(", ")} (what the recipe compares)`,
    )
    .option("--steps <count>", "training steps of every run (2400)", integerIn(1, 10_000_000))
    .option("--size <pixels>", "side of the pictures, a multiple of 32 (64)", integerIn(32, 512))
    .option("--seeds <count>", "runs of every method; above one: mean ± deviation", integerIn(1, 20), 1)
    .option("--scenes <count>", "training scenes that are drawn (200)", integerIn(2, 100_000))
    .option("--holdout <count>", "test scenes that are drawn (40)", integerIn(1, 10_000))
    .option(
      "--segmenter-steps <count>",
      "training steps of the network behind the FCN score (600)",
      integerIn(1, 1_000_000),
    )
    .option("--features <folder>", "tfjs graph model for FID, KID and feature-gan (a folder with model.json)")
    .option("--feature-size <pixels>", "side pictures are resized to for it", integerIn(8, 2048))
    .addOption(
      new Option("--feature-range <range>", "values it reads")
        .choices(["-1..1", "0..1", "0..255"])
        .default("-1..1"),
    )
    .option("--out <folder>", "where everything goes (tables/RECIPE)")
    .option("--json <file>", "also writes the tables there; - prints them as JSON instead")
    .option(
      "--markdown <file>",
      "also writes tables and pictures into this document, where it has their place",
    );
  addMachineOptions(command).action((options: TableCommandOptions) => compare(options, context));
}

async function compare(options: TableCommandOptions, context: CliContext): Promise<void> {
  const { directory } = context;
  const at = (path: string) => resolve(directory, path);
  const { domains, ...others } = options;
  const recipe = tableRecipe({
    ...others,
    ...(domains !== undefined && { domains: domainsNamed(domains) }),
    ...(options.data !== undefined && { data: at(options.data) }),
  });
  const chosen = contestantsFor(recipe, options.methods);
  await recipe.check();
  const folder = at(options.out ?? `tables/${recipe.name}`);
  const begun = await readSetting(folder);
  // A table goes on where it was begun: other backends give other last bits.
  const backend =
    options.backend === "auto" ? (begun?.backend ?? (await quickest(recipe.sizePixels))) : options.backend;
  const machine = await openMachine({ ...options, backend });
  const setting: TableSetting = {
    recipe: recipe.name,
    domains: recipe.domains,
    sizePixels: recipe.sizePixels,
    steps: recipe.steps,
    backend: machine.backend,
    data: recipe.data,
    ...(recipe.segmenterSteps !== undefined && { segmenterSteps: recipe.segmenterSteps }),
  };
  if (begun) context.warn(`Going on with ${folder}.`);
  keepMemorySteady();
  const features =
    options.features === undefined
      ? undefined
      : await openFeatureExtractor(at(options.features), {
          range: options.featureRange,
          ...(options.featureSize !== undefined && { sizePixels: options.featureSize }),
        });
  try {
    const outcome = await runTable({
      ...{ folder, setting, chosen, machine, context },
      seeds: options.seeds,
      ...(features && { features: { extractor: features, range: options.featureRange } }),
      ...{ paired: recipe.paired, pictures: recipe.pictures },
      prepare: (onProgress) =>
        recipe.prepare({ folder: tablePaths(folder).data, signal: context.signal, onProgress }),
    });
    if (options.json === "-") context.print(JSON.stringify(outcome.result, null, 1));
    else for (const line of linesOf(outcome.result)) context.print(line);
    if (options.json !== undefined && options.json !== "-") {
      await writeAtomically(at(options.json), `${JSON.stringify(outcome.result, null, 1)}\n`);
    }
    if (options.markdown !== undefined) {
      await writeIntoMarkdown(at(options.markdown), outcome.result, await documentPictures(outcome));
    }
    context.warn(`The tables with pictures are in ${tablePaths(folder).page}`);
  } finally {
    features?.dispose();
  }
}

function contestantsFor({ name, paired, methods }: TableRecipe, wanted = methods): Contestant[] {
  const chosen = contestantsNamed(wanted);
  if (paired || !chosen.some(({ method }) => method === "pix2pix")) return chosen;
  throw new ConfigError(`pix2pix learns from pairs, and --recipe ${name} has none; name the other methods.`, {
    code: "invalid_config",
  });
}

/** A GPU where there is one; else WebAssembly, which needs a fifth less of a processor's time than TensorFlow for steps this small. */
async function quickest(sizePixels: number): Promise<BackendName> {
  const fastest = await fastestBackend();
  if (fastest !== "tensorflow" || sizePixels > 64) return fastest;
  const found = await detectBackend("tensorflow");
  return found.available && found.gpu ? "tensorflow" : "wasm";
}
