import type { ImageTensor } from "@unpaired/engine";
import { isThere } from "../checkpoint/is-there.ts";
import { openDataSet, resize, type TrainingDataSet } from "../data/index.ts";
import { ConfigError } from "../errors.ts";
import { keepRunFeatures } from "../feature-network/run-features.ts";
import type { TrainingData } from "../training/train.ts";
import { sidesMultipleOf, type TrainConfig } from "./config.ts";
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
 * Opens the data of a new run and writes what the run starts with: configuration, domain statistics, fixed images, and the
 * feature network where the method reads one.
 *
 * @throws ConfigError `run_exists` when the folder holds a run already
 * @throws DataError when a folder or file of the data cannot be used
 */
export async function startRun(place: RunPlace): Promise<OpenRun> {
  const { config, runDirectory } = place;
  if (await isThere(runPaths(runDirectory).config)) {
    throw new ConfigError(
      `${runDirectory} holds a run already; go on with it by "trainer resume", or give another --name.`,
      {
        code: "run_exists",
      },
    );
  }
  await keepRunFeatures(runDirectory, config);
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
  return { data, probes: await bothProbes(place) };
}

/** Opens the data of a run that was begun earlier. */
export async function reopenRun(place: RunPlace): Promise<OpenRun> {
  return { data: await openData(place.config), probes: await bothProbes(place) };
}

async function bothProbes({ config, runDirectory }: RunPlace): Promise<OpenRun["probes"]> {
  const { channelsA, channelsB } = config.data;
  return {
    A: await readProbes(runDirectory, "A", channelsA),
    B: await readProbes(runDirectory, "B", channelsB),
  };
}

function openData(config: TrainConfig): Promise<TrainingDataSet> {
  const {
    name: _,
    mode,
    directory,
    directoryA = "",
    directoryB = "",
    orderB,
    maxImages,
    ...reading
  } = config.data;
  const shared = {
    ...reading,
    ...(maxImages !== undefined && { maxImages }),
    multipleOf: sidesMultipleOf(config),
    seed: config.seed,
  };
  if (mode === "unaligned") return openDataSet({ mode, directoryA, directoryB, orderB, ...shared });
  return openDataSet({
    mode,
    ...(directory === undefined ? { directoryA, directoryB } : { directory }),
    ...shared,
  });
}
