import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "@unpaired/core/contracts";
import { type MachineChoice, openMachine } from "../backend/select.ts";
import type { CliContext } from "../cli/context.ts";
import { trainWithProgress } from "../cli/train-with-progress.ts";
import { createDirectoryRegistry } from "../publish/directory-registry.ts";
import { publishRun } from "../publish/publish-run.ts";
import { resolveConfig, type TrainConfig } from "../run/config.ts";
import { startRun } from "../run/start-run.ts";
import type { TrainResult } from "../training/train.ts";
import type { Recipe, RecipeData } from "./recipe.ts";
import { seasons } from "./seasons.ts";

/** Options of {@link startRecipe}. */
export interface StartOptions {
  /** The seasons by default. */
  readonly recipe?: Recipe;
  /** Where to get archives from, instead of from their authors. */
  readonly mirror?: string | undefined;
  readonly machine: MachineChoice;
  /** Folder that `data/`, `runs/` and `registry/` go into. */
  readonly directory: string;
  readonly context: CliContext;
  /** Ends training early. */
  readonly maxSteps?: number;
  readonly seed?: number;
}

/** What a recipe leaves behind. */
export interface StartResult {
  readonly config: TrainConfig;
  readonly data: RecipeData;
  readonly runDirectory: string;
  readonly registryDirectory: string;
  readonly training: TrainResult;
  /** Both directions; empty when training was interrupted. */
  readonly manifests: readonly Manifest[];
}

/** A recipe from nothing to published models: gets its data, trains on it, publishes every direction. */
export async function startRecipe({
  recipe = seasons,
  mirror,
  machine: choice,
  directory,
  context,
  maxSteps,
  seed = 1,
}: StartOptions): Promise<StartResult> {
  const machine = await openMachine(choice);
  const data = await recipe.prepare({ directory: join(directory, "data"), context, mirror });
  const settings = recipe.config(data);
  const schedule = { ...settings.schedule, ...(maxSteps !== undefined && { maxSteps }) };
  const config = resolveConfig({ ...settings, schedule, seed });
  const runDirectory = freeRunDirectory(join(directory, "runs", recipe.name));
  const run = await startRun({ config, runDirectory });
  const training = await trainWithProgress({ ...run, config, runDirectory, machine, context });
  const registryDirectory = join(directory, "registry");
  const manifests = training.stopped
    ? []
    : await publishRun({
        runDirectory,
        registry: createDirectoryRegistry(registryDirectory),
        quantization: "uint8",
        backend: machine.backend,
        now: context.now,
      });
  return { config, data, runDirectory, registryDirectory, training, manifests };
}

/** `seasons`, or `seasons-2` and on where earlier runs stand: no run is ever overwritten. */
function freeRunDirectory(wanted: string): string {
  if (!existsSync(wanted)) return wanted;
  let number = 2;
  while (existsSync(`${wanted}-${number}`)) number++;
  return `${wanted}-${number}`;
}
