import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Unpaired } from "@unpaired/sdk";
import { createProgress, type Picture, type ProgressTarget, readImage } from "@unpaired/trainer";
import { decodePng } from "./decode-png.ts";

/** One held-out scene on its way through the service. */
export interface Journey {
  readonly input: Picture;
  readonly translated: Picture;
  /** The same scene in the other season. */
  readonly truth: Picture;
  readonly back: Picture;
}

/** What one direction came to over all held-out scenes. */
export interface DirectionFigures {
  readonly model: string;
  readonly journeys: readonly Journey[];
  /** Mean absolute difference to the truth, of values in [-1, 1]. */
  readonly translatedL1: number;
  readonly untranslatedL1: number;
  /** Median time of a whole request, in milliseconds. */
  readonly requestMs: number;
}

/** Options of {@link measureDirection}. */
export interface MeasureOptions {
  readonly client: Unpaired;
  readonly model: string;
  readonly backModel: string;
  /** Folders of the same scenes under the same names. */
  readonly inputs: string;
  readonly truths: string;
  readonly progress: ProgressTarget;
}

/** Translates every held-out image there and back through the running service and compares it with the truth. */
export async function measureDirection(options: MeasureOptions): Promise<DirectionFigures> {
  const { client, model, backModel, inputs, truths, progress: target } = options;
  const names = (await readdir(inputs)).filter((name) => name.endsWith(".png")).sort();
  const progress = createProgress({
    label: `Translating ${model}`,
    total: names.length,
    unit: "images",
    target,
  });
  const journeys: Journey[] = [];
  const timesMs: number[] = [];
  for (const name of names) {
    const file = await readFile(join(inputs, name));
    const startMs = performance.now();
    const answer = await client.translate(file, { model, format: "png" });
    timesMs.push(performance.now() - startMs);
    const bytes = await answer.bytes();
    const returned = await client.translate(bytes, { model: backModel, format: "png" });
    journeys.push({
      input: await readImage(join(inputs, name)),
      translated: await decodePng(bytes),
      truth: await readImage(join(truths, name)),
      back: await decodePng(await returned.bytes()),
    });
    progress.update(journeys.length);
  }
  progress.finish();
  timesMs.sort((a, b) => a - b);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    model,
    journeys,
    translatedL1: mean(journeys.map(({ translated, truth }) => meanAbsoluteDifference(translated, truth))),
    untranslatedL1: mean(journeys.map(({ input, truth }) => meanAbsoluteDifference(input, truth))),
    requestMs: timesMs[Math.floor(timesMs.length / 2)]!,
  };
}

function meanAbsoluteDifference(a: Picture, b: Picture): number {
  if (a.data.length !== b.data.length)
    throw new RangeError(`${a.width}×${a.height} is not ${b.width}×${b.height}`);
  let sum = 0;
  for (let index = 0; index < a.data.length; index++) sum += Math.abs(a.data[index]! - b.data[index]!);
  return sum / a.data.length / 127.5;
}
