import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Command, Option } from "commander";
import { type MachineChoice, openMachine } from "../../backend/select.ts";
import { listPairs } from "../../data/list-pairs.ts";
import { ConfigError } from "../../errors.ts";
import { readPalette, seasonsPalette } from "../../evaluation/palette.ts";
import { scoreSegmenter } from "../../evaluation/segmenter/score-segmenter.ts";
import { readSegmenter, writeSegmenter } from "../../evaluation/segmenter/segmenter-directory.ts";
import { trainSegmenter } from "../../evaluation/segmenter/train-segmenter.ts";
import { ModelDirectoryError } from "../../models/errors.ts";
import type { CliContext } from "../context.ts";
import { addMachineOptions, integerIn, numberIn } from "../options.ts";
import { createProgress } from "../progress.ts";

interface TrainSegmenterCommandOptions extends MachineChoice {
  readonly data?: string;
  readonly labelDomain: "A" | "B";
  readonly photos?: string;
  readonly labels?: string;
  readonly testPhotos?: string;
  readonly testLabels?: string;
  readonly classes: string;
  readonly out: string;
  readonly size: number;
  readonly filters: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
}

/** `trainer train-segmenter`. */
export function addTrainSegmenterCommand(program: Command, context: CliContext): void {
  const command = program
    .command("train-segmenter")
    .description(
      "trains the segmentation network that the FCN score asks, on real photos and their label maps",
    )
    .option("--data <folder>", "a paired data set: trainA, trainB, and testA, testB to score it on")
    .addOption(
      new Option("--label-domain <domain>", "the domain of --data that holds the label maps")
        .choices(["A", "B"])
        .default("A"),
    )
    .option("--photos <folder>", "photos, instead of --data")
    .option("--labels <folder>", "their label maps, by the same names")
    .option("--test-photos <folder>", "photos to score it on")
    .option("--test-labels <folder>", "their label maps")
    .option("--classes <file>", "colours of the classes, as JSON, or: seasons", "seasons")
    .requiredOption("--out <folder>", "where the network goes")
    .option("--size <pixels>", "side it learns at, a multiple of 32", integerIn(32, 1024), 64)
    .option("--filters <count>", "channels after its first layer, an even number", integerIn(2, 256), 16)
    .option("--steps <count>", "steps of training", integerIn(1, 1_000_000), 1000)
    .option("--batch-size <pictures>", "pictures per step", integerIn(1, 64), 4)
    .option("--learning-rate <rate>", "Adam's at the start", numberIn(0, 1), 0.002)
    .option("--seed <number>", "another seed, other first weights", integerIn(0, 2 ** 32 - 1), 1);
  addMachineOptions(command).action((options: TrainSegmenterCommandOptions) =>
    trainAndScore(options, context),
  );
}

async function trainAndScore(options: TrainSegmenterCommandOptions, context: CliContext): Promise<void> {
  const { size: sizePixels, filters, steps, batchSize, learningRate, seed } = options;
  if (sizePixels % 32 !== 0) {
    throw new ConfigError(`--size is ${sizePixels}; give a multiple of 32.`, { code: "invalid_config" });
  }
  const folders = foldersOf(options, context.directory);
  const { filesA: photos, filesB: labels } = await listPairs(folders.photos, folders.labels);
  const palette =
    options.classes === "seasons"
      ? seasonsPalette
      : await readPalette(resolve(context.directory, options.classes));
  const out = resolve(context.directory, options.out);
  if (existsSync(out)) {
    // Said before the training, not after it.
    throw new ModelDirectoryError(`${out} is there already; give another --out, or remove it.`, {
      code: "folder_exists",
    });
  }
  const { backend } = await openMachine(options);
  const progress = createProgress({
    label: "Training",
    total: steps,
    unit: "steps",
    target: context.progress,
  });
  const { spec, weights, loss } = await trainSegmenter({
    ...{ photos, labels, palette, sizePixels, filters, steps, batchSize, learningRate, seed },
    signal: context.signal,
    onStep: (step, value) => progress.update(step, `loss ${value.toFixed(3)}`),
  });
  progress.finish();
  const training = {
    backend,
    steps,
    seed,
    loss,
    pictures: photos.length,
    photos: folders.photos,
    labels: folders.labels,
  };
  await writeSegmenter(out, { sizePixels, palette, training, spec, weights });
  context.print(`The segmentation network is in ${out} (loss ${loss.toFixed(3)}).`);
  if (!folders.testPhotos || !folders.testLabels) return;
  const segmenter = await readSegmenter(out);
  try {
    const scores = await scoreSegmenter(segmenter, {
      ...(await listPairs(folders.testPhotos, folders.testLabels)),
      signal: context.signal,
    });
    const { pixelAccuracy, classAccuracy, classIou } = scores;
    context.print(
      `On ${folders.testPhotos}: per-pixel accuracy ${pixelAccuracy.toFixed(3)}, per-class accuracy ${classAccuracy.toFixed(3)}, class IoU ${classIou.toFixed(3)}.`,
    );
  } finally {
    segmenter.dispose();
  }
}

interface Folders {
  readonly photos: string;
  readonly labels: string;
  readonly testPhotos?: string;
  readonly testLabels?: string;
}

function foldersOf(options: TrainSegmenterCommandOptions, directory: string): Folders {
  const { data, labelDomain, photos, labels, testPhotos, testLabels } = options;
  const at = (path: string) => resolve(directory, path);
  if (data !== undefined && photos === undefined && labels === undefined) {
    const photoDomain = labelDomain === "A" ? "B" : "A";
    const inside = (name: string) => join(at(data), name);
    return {
      photos: inside(`train${photoDomain}`),
      labels: inside(`train${labelDomain}`),
      testPhotos: testPhotos === undefined ? inside(`test${photoDomain}`) : at(testPhotos),
      testLabels: testLabels === undefined ? inside(`test${labelDomain}`) : at(testLabels),
    };
  }
  if (data === undefined && photos !== undefined && labels !== undefined) {
    return {
      photos: at(photos),
      labels: at(labels),
      ...(testPhotos !== undefined && { testPhotos: at(testPhotos) }),
      ...(testLabels !== undefined && { testLabels: at(testLabels) }),
    };
  }
  throw new ConfigError("Photos with label maps are needed: give --data, or both --photos and --labels.", {
    code: "invalid_config",
  });
}
