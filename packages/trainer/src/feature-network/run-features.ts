import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { writeAtomically } from "../checkpoint/atomic-write.ts";
import { isThere } from "../checkpoint/is-there.ts";
import { CheckpointError } from "../errors.ts";
import { readGraphModel } from "../evaluation/features/open-feature-extractor.ts";
import type { TrainConfig } from "../run/config.ts";
import { runPaths } from "../run/run-directory.ts";
import { assertDifferentiable, type FeatureNetwork, openFeatureNetwork } from "./feature-network.ts";

const factsSchema = z.strictObject({
  /** Of `model.json` and the weight files, in order. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Folder it was copied from. */
  source: z.string(),
  /** What `trainer train-segmenter` leaves in `features/`, or anything else. */
  kind: z.enum(["segmenter-encoder", "graph-model"]),
});

/** What a run remembers of the feature network it carries. */
export type RunFeatureFacts = z.output<typeof factsSchema>;

/** The part of a configuration that says whether and how a method reads features. */
export type FeatureConfig = Pick<TrainConfig, "features">;

/**
 * Copies the feature network a configuration names into a run's folder, once it has shown a gradient at the run's size; the
 * run needs the original no more. Does nothing where the method reads no features.
 *
 * @throws EvaluationError `invalid_feature_model`; StorageError when the disk refuses
 */
export async function keepRunFeatures(runDirectory: string, config: TrainConfig): Promise<void> {
  const { directory: source, ...reading } = config.features;
  if (source === undefined) return;
  const { files, paths, sha256 } = await readGraphModel(source);
  const network = await openFeatureNetwork(source, files, reading);
  try {
    const { batchSize, cropSizePixels: side, channelsA: channels } = config.data;
    assertDifferentiable(source, network, [batchSize, side, side, channels]);
  } finally {
    network.dispose();
  }
  const { features } = runPaths(runDirectory);
  for (const [index, path] of paths.entries()) {
    await writeAtomically(join(features.directory, path), files.weights[index]!);
  }
  await writeAtomically(join(features.directory, "model.json"), files.model);
  const kind = (await isSegmenterEncoder(source)) ? "segmenter-encoder" : "graph-model";
  const facts: RunFeatureFacts = { sha256, source, kind };
  await writeAtomically(features.facts, `${JSON.stringify(facts, null, 2)}\n`);
}

/**
 * Opens the feature network a run carries, on the current backend; nothing where its method reads no features.
 *
 * @throws CheckpointError `damaged_run` when the copy is not what the run was started with
 */
export async function openRunFeatures(
  runDirectory: string,
  { features: { directory, ...reading } }: FeatureConfig,
): Promise<FeatureNetwork | undefined> {
  if (directory === undefined) return undefined;
  const { features } = runPaths(runDirectory);
  const facts = await readRunFeatureFacts(runDirectory);
  const { files, sha256 } = await readGraphModel(features.directory).catch((cause: unknown) => {
    throw damaged(features.directory, cause);
  });
  if (sha256 !== facts.sha256) throw damaged(features.directory);
  return openFeatureNetwork(features.directory, files, reading);
}

/** @throws CheckpointError `damaged_run` */
export async function readRunFeatureFacts(runDirectory: string): Promise<RunFeatureFacts> {
  const path = runPaths(runDirectory).features.facts;
  try {
    return factsSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw damaged(path, cause);
  }
}

function damaged(path: string, cause?: unknown): CheckpointError {
  return new CheckpointError(
    `${path} is not the feature network this run was started with; restore it or train again.`,
    { code: "damaged_run", cause },
  );
}

function isSegmenterEncoder(source: string): Promise<boolean> {
  return isThere(join(dirname(source), "segmenter.json"));
}
