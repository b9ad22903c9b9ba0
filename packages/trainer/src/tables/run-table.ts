import { join } from "node:path";
import type { Machine } from "../backend/select.ts";
import { writeAtomically } from "../checkpoint/atomic-write.ts";
import type { CliContext } from "../cli/context.ts";
import { listImages } from "../data/index.ts";
import type { FeatureExtractor } from "../evaluation/features/feature-extractor.ts";
import { seasonsPalette } from "../evaluation/palette.ts";
import { openReferenceSet } from "../evaluation/reference-set.ts";
import type { RecipeData } from "../recipes/recipe.ts";
import type { Contestant } from "./contestants.ts";
import type { Experiment, TableSetting } from "./experiment.ts";
import { drawGallery, type Gallery } from "./gallery.ts";
import { type Instruments, measureRun } from "./measure-run.ts";
import { tablePage } from "./page.ts";
import { planRuns } from "./plan.ts";
import { type FinishedRun, resultOf, type TableResult } from "./result.ts";
import { openTableSegmenter } from "./segmenter.ts";
import { claimTableFolder, tablePaths } from "./table-folder.ts";
import { createTableProgress, type Stage } from "./table-progress.ts";
import { trainRun } from "./train-run.ts";

/** Options of {@link runTable}. */
export interface RunTableOptions {
  /** The table's folder. */
  readonly folder: string;
  readonly setting: TableSetting;
  readonly chosen: readonly Contestant[];
  /** Every contestant runs under seeds 1 to this. */
  readonly seeds: number;
  readonly machine: Machine;
  readonly context: CliContext;
  /** For FID and KID, and for objectives that compare features. */
  readonly features?: { readonly extractor: FeatureExtractor; readonly range: string };
  /** Draws or finds the data; goes on where it was cut off. */
  readonly prepare: (onProgress: (done: number, total: number) => void) => Promise<RecipeData>;
  /** Whether equal names show one scene. */
  readonly paired: boolean;
  /** Pictures `prepare` draws. */
  readonly pictures: number;
}

/** A table and the pictures that go with it. */
export interface TableOutcome {
  readonly result: TableResult;
  readonly galleries: readonly Gallery[];
}

/** Time of a picture drawn, of a segmenter's step and of a run measured, in steps of a CycleGAN. */
const COSTS = { picture: 0.1, segmenterStep: 0.5, measurement: 60 } as const;

/**
 * Data, segmentation network, every run, every figure: what an earlier call finished stays, what it was cut off in goes on,
 * and the end is the same. Writes `table.json` and `report.html` into the folder.
 *
 * @throws the signal's reason when stopped
 * @throws ConfigError when the folder belongs to something else
 */
export async function runTable(options: RunTableOptions): Promise<TableOutcome> {
  const { folder, setting, chosen, seeds, machine, context, features, prepare, paired, pictures } = options;
  const { signal } = context;
  const paths = tablePaths(folder);
  await claimTableFolder(folder, setting);
  const { steps, segmenterSteps } = setting;
  // Which runs there are does not depend on where the data lies.
  const placeholder = { trainA: "A", trainB: "B", testA: "A", testB: "B" };
  // Where no network of renown is named, the encoder of the one that reads the photos.
  const compared = features
    ? { directory: features.extractor.folder, range: features.range }
    : segmenterSteps === undefined
      ? undefined
      : { directory: join(paths.segmenter, "features"), range: "-1..1" };
  const common = { setting, ...(compared && { features: compared }) };
  const planned = planRuns(chosen, { ...common, folders: placeholder, stepsPerEpoch: steps, seeds });
  const stages: Stage[] = [
    { label: "data", cost: pictures * COSTS.picture, units: Math.max(1, pictures), unit: "images" },
    ...(segmenterSteps === undefined
      ? []
      : [
          {
            label: "segmentation network",
            cost: segmenterSteps * COSTS.segmenterStep,
            units: segmenterSteps,
            unit: "steps",
          },
        ]),
    ...planned.flatMap(({ name, contestant }) => [
      { label: name, cost: steps * contestant.stepCost, units: steps, unit: "steps" },
      { label: `figures of ${name}`, cost: COSTS.measurement, units: 1, unit: "" },
    ]),
  ];
  const progress = createTableProgress(stages, context.progress);
  let stage = 0;
  progress.begin(stage++);
  const folders = await prepare((done) => progress.update(done));
  const experiment: Experiment = { ...common, folders, stepsPerEpoch: await largerOf(folders) };
  if (segmenterSteps !== undefined) progress.begin(stage++);
  const segmenter =
    segmenterSteps === undefined
      ? undefined
      : await openTableSegmenter({
          ...{ folder: paths.segmenter, folders, steps: segmenterSteps, signal },
          sizePixels: setting.sizePixels,
          backend: machine.backend,
          onStep: (step) => progress.update(step),
        });
  try {
    const references = { A: await openReferenceSet(folders.testA), B: await openReferenceSet(folders.testB) };
    const instruments: Instruments = {
      ...{ references, paired, domainThreshold: 2, seed: 1 },
      ...(segmenter && { segmenter, palette: seasonsPalette, labelDomain: "A" as const }),
      ...(features && { features: features.extractor }),
    };
    const runs: FinishedRun[] = [];
    for (const run of planRuns(chosen, { ...experiment, seeds })) {
      const runDirectory = paths.run(run.name);
      progress.begin(stage++);
      const state = await trainRun(run, {
        ...{ runDirectory, steps, machine, signal },
        onStep: (step) => progress.update(step),
        warn: (message) => context.warn(`trainer: ${message}`),
      });
      progress.begin(stage++);
      const cachePath = paths.evaluation(run.name);
      runs.push(
        state === "diverged"
          ? { run }
          : { run, measured: await measureRun(runDirectory, { cachePath, instruments, signal }) },
      );
      progress.update(1);
    }
    const result = resultOf(experiment, { chosen, seeds, runs, instruments });
    const shown = {
      references,
      paired,
      sizePixels: setting.sizePixels,
      runs,
      runDirectory: paths.run,
      signal,
    };
    const galleries = [await drawGallery("a2b", shown), await drawGallery("b2a", shown)];
    await writeAtomically(paths.result, `${JSON.stringify(result, null, 1)}\n`);
    await writeAtomically(paths.page, await tablePage(result, galleries));
    progress.finish();
    return { result, galleries };
  } finally {
    segmenter?.dispose();
  }
}

async function largerOf({ trainA, trainB }: RecipeData): Promise<number> {
  return Math.max((await listImages(trainA)).length, (await listImages(trainB)).length);
}
