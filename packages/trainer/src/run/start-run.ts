import { access } from "node:fs/promises";
import type { ImageTensor } from "@unpaired/engine";
import { openUnalignedDataSet, resize, type UnalignedDataSet } from "../data/index.ts";
import { ConfigError } from "../errors.ts";
import type { TrainingData } from "../training/train.ts";
import type { TrainConfig } from "./config.ts";
import { PROBE_COUNT, readProbes, writeProbes } from "./probes.ts";
import { runPaths, writeRunFacts } from "./run-directory.ts";

/** A run whose data is open and whose fixed images are at hand. */
export interface OpenRun {
  readonly data: TrainingData;
  readonly probes: { readonly A: readonly ImageTensor[]; readonly B: readonly ImageTensor[] };
}

/** What a run is made of. */
export interface RunPlace {
  readonly config: TrainConfig;
  readonly runDirectory: string;
}

/**
 * Opens the data of a new run and writes what the run starts with: configuration, domain statistics, fixed images.
 *
 * @throws ConfigError `run_exists` when the folder holds a run already
 * @throws DataError when a folder or file of the data cannot be used
 */
export async function startRun({ config, runDirectory }: RunPlace): Promise<OpenRun> {
  const taken = await access(runPaths(runDirectory).config).then(
    () => true,
    () => false,
  );
  if (taken) {
    throw new ConfigError(
      `${runDirectory} holds a run already; go on with it by "trainer resume", or give another --name.`,
      {
        code: "run_exists",
      },
    );
  }
  const data = await openData(config);
  const domains = { A: await data.domainStatistics("A"), B: await data.domainStatistics("B") };
  for (const domain of ["A", "B"] as const) {
    const count = domain === "A" ? data.filesA.length : data.filesB.length;
    const pictures = [];
    for (let index = 0; index < PROBE_COUNT; index++) {
      const whole = await data.picture(domain, Math.floor((index * count) / PROBE_COUNT));
      pictures.push(await resize(whole, config.data.cropSizePixels, config.data.cropSizePixels));
    }
    await writeProbes(runDirectory, domain, pictures);
  }
  await writeRunFacts(runDirectory, config, domains);
  return { data, probes: await bothProbes(runDirectory) };
}

/** Opens the data of a run that was begun earlier. */
export async function reopenRun({ config, runDirectory }: RunPlace): Promise<OpenRun> {
  return { data: await openData(config), probes: await bothProbes(runDirectory) };
}

async function bothProbes(runDirectory: string): Promise<OpenRun["probes"]> {
  return { A: await readProbes(runDirectory, "A"), B: await readProbes(runDirectory, "B") };
}

function openData({ data, seed }: TrainConfig): Promise<UnalignedDataSet> {
  const { directoryA = "", directoryB = "", loadSizePixels, cropSizePixels, flip, batchSize, orderB } = data;
  return openUnalignedDataSet({
    directoryA,
    directoryB,
    loadSizePixels,
    cropSizePixels,
    flip,
    batchSize,
    orderB,
    seed,
  });
}
