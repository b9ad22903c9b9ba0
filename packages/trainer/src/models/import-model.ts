import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import type { FeatureStatistic } from "@unpaired/core/contracts";
import { computeDomainStatistics, listImages, type Picture, readImage, resize } from "../data/index.ts";
import { ConfigError } from "../errors.ts";
import { type ImportedNetwork, importNetwork } from "../pytorch/import-network.ts";
import { PROBE_COUNT } from "../run/probes.ts";
import { writeModelDirectory } from "./model-directory.ts";
import { synthesizeProbes } from "./synthetic-probes.ts";

/** Options of {@link importModel}. */
export interface ImportModelOptions {
  /** A generator's state dict as PyTorch saved it. */
  readonly file: string;
  /** The model's new folder. */
  readonly directory: string;
  /** Names of the domains it translates between: 1–31 lower-case letters, digits or dashes. */
  readonly from: string;
  readonly to: string;
  /** Side in pixels it was trained for. */
  readonly sizePixels: number;
  /** Folder of pictures of the domain it reads; without one, probes are drawn and no statistics kept. */
  readonly images?: string;
  /** GAN Compression's channel configuration to hold the file against. */
  readonly channelConfiguration?: string;
  /** What it was trained on, for the manifest. */
  readonly dataSet?: string;
}

/** Most pictures whose statistics are taken. */
const STATISTICS_LIMIT = 200;

/**
 * Makes a model of this project from a generator that PyTorch saved.
 *
 * @throws PytorchFileError, DataError, or ConfigError `not_a_generator`, `unsuitable_size`
 */
export async function importModel(options: ImportModelOptions): Promise<ImportedNetwork> {
  const {
    file,
    directory,
    from,
    to,
    sizePixels,
    images,
    channelConfiguration,
    dataSet = "unknown",
  } = options;
  const network = await importNetwork(
    file,
    channelConfiguration === undefined ? {} : { channelConfiguration },
  );
  const { role, spec, weights } = network;
  if (role !== "generator") {
    throw new ConfigError(`${basename(file)} holds a discriminator (${spec.name}); a model is a generator.`, {
      code: "not_a_generator",
    });
  }
  if (sizePixels % spec.multipleOf !== 0 || sizePixels < spec.minimumSide) {
    throw new ConfigError(
      `The size is ${sizePixels}; ${spec.name} needs a multiple of ${spec.multipleOf} that is at least ${spec.minimumSide}.`,
      { code: "unsuitable_size" },
    );
  }
  const { probes, domainStatistics } = await lookAtDomain(images, sizePixels);
  await writeModelDirectory(directory, {
    method: "imported",
    source: { file: basename(file), sha256: await sha256(file) },
    sizePixels,
    training: { backend: "pytorch", steps: 0, dataSet, seed: 0 },
    directions: [{ name: "a2b", from, to, spec, weights, domainStatistics, probes }],
  });
  return network;
}

async function lookAtDomain(
  images: string | undefined,
  sizePixels: number,
): Promise<{ probes: Picture[]; domainStatistics: FeatureStatistic[] }> {
  if (images === undefined) {
    return {
      probes: await synthesizeProbes({ count: PROBE_COUNT, sizePixels, seed: 1 }),
      domainStatistics: [],
    };
  }
  const files = await listImages(images);
  const read = async (index: number) => resize(await readImage(files[index]!), sizePixels, sizePixels);
  const spread = (count: number) =>
    Array.from({ length: count }, (_, index) => Math.floor((index * files.length) / count));
  const probes: Picture[] = [];
  for (const index of spread(Math.min(PROBE_COUNT, files.length))) probes.push(await read(index));
  async function* pictures() {
    for (const index of spread(Math.min(STATISTICS_LIMIT, files.length))) yield await read(index);
  }
  return { probes, domainStatistics: await computeDomainStatistics(pictures()) };
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
