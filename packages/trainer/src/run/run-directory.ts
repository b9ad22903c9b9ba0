import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type FeatureStatistic, featureStatisticSchema } from "@unpaired/core/contracts";
import { z } from "zod";
import { writeAtomically } from "../checkpoint/atomic-write.ts";
import { CheckpointError } from "../errors.ts";
import { resolveConfig, type TrainConfig } from "./config.ts";

/** Places inside a run's directory. */
export function runPaths(directory: string) {
  return {
    config: join(directory, "config.json"),
    /** Feature statistics of both domains, for the manifests. */
    domains: join(directory, "domains.json"),
    metrics: join(directory, "metrics.jsonl"),
    samples: join(directory, "samples"),
    checkpoints: join(directory, "checkpoints"),
    /** The frozen network whose features the objective reads, where it reads any. */
    features: {
      directory: join(directory, "features"),
      facts: join(directory, "features", "features.json"),
    },
    /** The fixed images that sample grids show and publishing verifies with. */
    probe: (domain: "A" | "B", index: number) => join(directory, "probes", `${domain}-${index}.png`),
  };
}

const domainsSchema = z.strictObject({
  A: z.array(featureStatisticSchema),
  B: z.array(featureStatisticSchema),
});

/** Feature statistics of a run's two domains. */
export interface DomainStatistics {
  readonly A: readonly FeatureStatistic[];
  readonly B: readonly FeatureStatistic[];
}

export async function writeRunFacts(
  directory: string,
  config: TrainConfig,
  domains: DomainStatistics,
): Promise<void> {
  const paths = runPaths(directory);
  await writeAtomically(paths.domains, `${JSON.stringify(domains, null, 2)}\n`);
  // Last: a folder with a configuration is a run, and a run has everything else.
  await writeAtomically(paths.config, `${JSON.stringify(config, null, 2)}\n`);
}

/** @throws CheckpointError `no_run` when the directory holds no run; ConfigError when its configuration is not usable */
export async function readRunConfig(directory: string): Promise<TrainConfig> {
  return resolveConfig(await readJson(directory, runPaths(directory).config));
}

/** @throws CheckpointError `no_run` or `damaged_run` */
export async function readRunDomains(directory: string): Promise<DomainStatistics> {
  const path = runPaths(directory).domains;
  const parsed = domainsSchema.safeParse(await readJson(directory, path));
  if (!parsed.success) {
    throw new CheckpointError(`${path} is not what a training run writes; train again.`, {
      code: "damaged_run",
      cause: parsed.error,
    });
  }
  return parsed.data;
}

async function readJson(directory: string, path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new CheckpointError(
      `${directory} holds no training run (${path} cannot be read); name a directory under runs/.`,
      {
        code: "no_run",
        cause,
      },
    );
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError(`${path} is not JSON; restore it or train again.`, {
      code: "damaged_run",
      cause,
    });
  }
}
