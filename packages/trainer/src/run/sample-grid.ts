import { join } from "node:path";
import type { ImageTensor } from "@unpaired/engine";
import { writeAtomically } from "../checkpoint/atomic-write.ts";
import { fromModelRange, type Picture } from "../data/index.ts";
import { createMethod } from "../methods/create-method.ts";
import type { Direction, Method } from "../methods/method.ts";
import { labelledGrid } from "../pictures/index.ts";
import type { TrainingState } from "../training/state.ts";
import { translateWithMethod } from "../translate/run-translator.ts";
import type { TrainConfig } from "./config.ts";
import { runPaths } from "./run-directory.ts";

/** What a sample grid is drawn from. */
export interface SampleGridOptions {
  readonly config: TrainConfig;
  readonly runDirectory: string;
  readonly step: number;
  readonly state: TrainingState;
  readonly probes: { readonly A: readonly ImageTensor[]; readonly B: readonly ImageTensor[] };
}

/**
 * Draws the run's fixed images, translated by the networks as they are now, into `samples/`: there and back where a method
 * goes both ways by networks, else beside what the other domain's image of that number shows.
 *
 * @returns the PNG
 */
export async function writeSampleGrid({
  config,
  runDirectory,
  step,
  state,
  probes,
}: SampleGridOptions): Promise<Uint8Array> {
  const method = createMethod(config);
  const weights = Object.fromEntries(
    Object.entries(state.networks).map(([name, network]) => [name, network.weights]),
  );
  const rows: Picture[][] = [];
  const labels: string[] = [];
  for (const direction of method.directions) {
    const back = backOf(method, direction);
    for (const [index, probe] of probes[direction.from].entries()) {
      const translated = await translateWithMethod(method, direction, weights, probe);
      const third = back
        ? await translateWithMethod(method, back, weights, translated)
        : probes[direction.to][index]!;
      const images = [probe, translated, third];
      rows.push(images.map((image) => fromModelRange(image.data, image)));
      labels.push(`${config.domains[direction.from]} to ${config.domains[direction.to]}`);
    }
  }
  const unpartnered = config.data.mode === "aligned" ? "Truth" : "Other domain";
  const grid = await labelledGrid({
    title: `Step ${step}`,
    columns: [
      "Input",
      "Translated",
      method.directions.some((one) => backOf(method, one)) ? "Back again" : unpartnered,
    ],
    rows,
    captions: labels,
    cellSize: Math.max(128, config.data.cropSizePixels),
  });
  const name = `step-${String(step).padStart(7, "0")}.png`;
  await writeAtomically(join(runPaths(runDirectory).samples, name), grid);
  return grid;
}

/** The way back, where it takes a network's time and not a search's. */
function backOf({ directions }: Method, { from, to }: Direction): Direction | undefined {
  return directions.find((one) => one.from === to && one.to === from && "network" in one);
}
