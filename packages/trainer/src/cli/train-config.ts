import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ConfigError } from "../errors.ts";
import type { TrainConfigInput } from "../run/config.ts";
import { layOver } from "../run/lay-over.ts";
import { domainsNamed } from "./domains-named.ts";
import { discriminatorNames, generatorNames, type TrainSettings } from "./train-options.ts";

/** What a configuration is put together from. */
export interface TrainConfigSources {
  readonly settings: TrainSettings;
  /** A configuration file the options are laid over. */
  readonly file?: string;
  /** Folder that relative paths start from. */
  readonly directory: string;
  /** Name of the data where neither file nor options give one. */
  readonly name: string;
}

/**
 * Puts a run's configuration together: the file, the options over it.
 *
 * @throws ConfigError `invalid_config` for an unreadable file, malformed --domains or missing folders
 */
export async function readTrainConfig({
  settings,
  file,
  directory,
  name,
}: TrainConfigSources): Promise<unknown> {
  const base = file === undefined ? {} : await readJson(resolve(directory, file));
  const merged = (layOver(base, toConfig(settings, directory)) ?? {}) as Partial<TrainConfigInput>;
  const data = merged.data;
  if (data?.directory === undefined && (data?.directoryA === undefined || data.directoryB === undefined)) {
    throw invalid(
      "Two folders of pictures are needed: give --a FOLDER and --b FOLDER, --pairs FOLDER, or a --config that names them.",
    );
  }
  return { ...merged, data: { ...data, name: data.name ?? name } };
}

/** The part of a configuration that options set; what they leave out is undefined. */
function toConfig(settings: TrainSettings, directory: string): unknown {
  const folder = (path: string | undefined) => (path === undefined ? undefined : resolve(directory, path));
  const { size, cycle } = settings;
  return {
    method: settings.method,
    direction: settings.direction,
    seed: settings.seed,
    domains: settings.domains === undefined ? undefined : domainsNamed(settings.domains),
    data: {
      mode: settings.aligned || settings.pairs !== undefined ? "aligned" : undefined,
      directoryA: folder(settings.a),
      directoryB: folder(settings.b),
      directory: folder(settings.pairs),
      preprocess: settings.preprocess,
      cropSizePixels: size,
      loadSizePixels: settings.loadSize ?? (size === undefined ? undefined : Math.round((size * 286) / 256)),
      flip: settings.flip ? undefined : false,
      batchSize: settings.batch,
      orderB: settings.serialBatches ? "serial" : undefined,
      channelsA: settings.channelsA,
      channelsB: settings.channelsB,
      maxImages: settings.maxImages,
    },
    norm: settings.norm,
    init: { kind: settings.init, gain: settings.initGain },
    generator: {
      ...(settings.generator && generatorNames[settings.generator]),
      filters: settings.filters,
      ...(settings.blocks !== undefined && { blocks: settings.blocks }),
      ...(settings.depth !== undefined && { depth: settings.depth }),
      upsampling: settings.upsampling,
      dropout: settings.dropout,
    },
    discriminator: {
      ...(settings.discriminator && discriminatorNames[settings.discriminator]),
      filters: settings.discriminatorFilters,
      ...(settings.discriminatorLayers !== undefined && { layers: settings.discriminatorLayers }),
    },
    loss: {
      ganMode: settings.ganMode,
      objective: settings.objective,
      cycleWeightA: settings.cycleA ?? cycle,
      cycleWeightB: settings.cycleB ?? cycle,
      identityWeight: settings.identity,
      l1Weight: settings.l1,
      selfRegularizationWeight: settings.selfRegularization,
      featureWeight: settings.featureWeight,
      gradientPenaltyWeight: settings.gradientPenalty,
    },
    contrast: {
      weight: settings.nce,
      identity: isOn(settings.nceIdentity),
      flipEquivariance: isOn(settings.flipEquivariance),
      patches: settings.ncePatches,
      temperature: settings.nceTemperature,
    },
    coupling: {
      latentSize: settings.latentSize,
      ownLayers: settings.ownLayers,
      searchSteps: settings.searchSteps,
      searchRestarts: settings.searchRestarts,
      searchRate: settings.searchRate,
    },
    features: {
      directory: folder(settings.features),
      layers: settings.featureLayers?.split(",").map((name) => name.trim()),
      range: settings.featureRange,
    },
    optimizer: { learningRate: settings.learningRate, beta1: settings.beta1, beta2: settings.beta2 },
    schedule: {
      policy: settings.schedule,
      constantEpochs: settings.epochs,
      decayEpochs: settings.decayEpochs,
      stepEpochs: settings.stepEpochs,
      maxSteps: settings.steps,
    },
    poolSize: settings.pool,
    reporting: {
      logEverySteps: settings.logEvery,
      sampleEverySteps: settings.sampleEvery,
      checkpointEverySteps: settings.checkpointEvery,
    },
  };
}

function isOn(setting: "on" | "off" | undefined): boolean | undefined {
  return setting === undefined ? undefined : setting === "on";
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw invalid(
      `${path} cannot be read as JSON; give the path of a configuration, such as a run's config.json.`,
      cause,
    );
  }
}

function invalid(message: string, cause?: unknown): ConfigError {
  return new ConfigError(message, { code: "invalid_config", cause });
}
