import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "@unpaired/core/contracts";
import { type MachineChoice, openMachine } from "../backend/select.ts";
import type { CliContext } from "../cli/context.ts";
import { createProgress } from "../cli/progress.ts";
import { trainWithProgress } from "../cli/train-with-progress.ts";
import { publishRun } from "../publish/publish-run.ts";
import { resolveConfig, type TrainConfig } from "../run/config.ts";
import { startRun } from "../run/start-run.ts";
import { type SeasonsDataSet, synthesizeSeasons } from "../seasons/index.ts";
import type { TrainResult } from "../training/train.ts";
import { seasonsData, seasonsRecipe } from "./seasons.ts";

/** Options of {@link startRecipe}. */
export interface StartOptions {
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
  readonly data: SeasonsDataSet;
  readonly runDirectory: string;
  readonly registryDirectory: string;
  readonly training: TrainResult;
  /** Both directions; empty when training was interrupted. */
  readonly manifests: readonly Manifest[];
}

/** The default recipe from nothing to two published models: draws `seasons`, trains on it, publishes. */
export async function startRecipe({
  machine: choice,
  directory,
  context,
  maxSteps,
  seed = 1,
}: StartOptions): Promise<StartResult> {
  const machine = await openMachine(choice);
  const dataDirectory = join(directory, "data", `seasons-${seasonsData.size}`);
  const data = await drawSeasons(dataDirectory, context);
  const recipe = seasonsRecipe(dataDirectory);
  const schedule = { ...recipe.schedule, ...(maxSteps !== undefined && { maxSteps }) };
  const config = resolveConfig({ ...recipe, schedule, seed });
  const runDirectory = freeRunDirectory(join(directory, "runs", "seasons"));
  const run = await startRun({ config, runDirectory });
  const training = await trainWithProgress({ ...run, config, runDirectory, machine, context });
  const registryDirectory = join(directory, "registry");
  const manifests = training.stopped
    ? []
    : await publishRun({
        runDirectory,
        registryDirectory,
        quantization: "uint8",
        backend: machine.backend,
        now: context.now,
      });
  return { config, data, runDirectory, registryDirectory, training, manifests };
}

async function drawSeasons(
  directory: string,
  { signal, progress: target }: CliContext,
): Promise<SeasonsDataSet> {
  const total = seasonsData.count * 2 + seasonsData.holdout * 3;
  const progress = createProgress({ label: "Drawing seasons", total, unit: "images", target });
  const data = await synthesizeSeasons({
    directory,
    ...seasonsData,
    signal,
    onProgress: ({ done }) => progress.update(done),
  });
  progress.finish();
  return data;
}

/** `seasons`, or `seasons-2` and on where earlier runs stand: no run is ever overwritten. */
function freeRunDirectory(wanted: string): string {
  if (!existsSync(wanted)) return wanted;
  let number = 2;
  while (existsSync(`${wanted}-${number}`)) number++;
  return `${wanted}-${number}`;
}
