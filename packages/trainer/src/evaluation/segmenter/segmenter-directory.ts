import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import {
  assertWeightsFit,
  type NetworkSpec,
  toGraphModel,
  UnpairedError,
  type Weights,
} from "@unpaired/core";
import { forward, toTensors } from "@unpaired/core/tfjs";
import { z } from "zod";
import type { FileContent } from "../../checkpoint/atomic-write.ts";
import { encodeSafetensors, readSafetensors } from "../../checkpoint/safetensors.ts";
import { type Picture, resize, toModelRange } from "../../data/index.ts";
import { networkSpecSchema, parseNetworkSpec } from "../../models/network-spec-schema.ts";
import { writeFolder } from "../../models/write-folder.ts";
import { EvaluationError } from "../errors.ts";
import { paletteSchema, resizeClasses } from "../palette.ts";
import { encoderOf } from "./segmentation-network.ts";
import type { Segmenter } from "./segmenter.ts";

const fileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  sizePixels: z.int().min(32).max(2048),
  palette: paletteSchema,
  network: networkSpecSchema,
  training: z.strictObject({
    backend: z.string().min(1).max(100),
    steps: z.int().positive(),
    seed: z.int().nonnegative(),
    photos: z.string().min(1),
    labels: z.string().min(1),
    pictures: z.int().positive(),
    loss: z.number(),
  }),
});

/** What is known of a segmentation network beside its weights. */
export type SegmenterFacts = Omit<z.input<typeof fileSchema>, "schemaVersion" | "network">;

const factsName = "segmenter.json";
const weightsName = "weights.safetensors";

/**
 * Writes a segmentation network's folder, complete or not at all; its encoder lies in `features/` as a graph model, for FID
 * and KID where no network of renown is at hand.
 *
 * @throws ModelDirectoryError `folder_exists`
 * @throws StorageError when the disk refuses
 */
export async function writeSegmenter(
  folder: string,
  { spec, weights, ...facts }: SegmenterFacts & { readonly spec: NetworkSpec; readonly weights: Weights },
): Promise<void> {
  const file = fileSchema.parse({ schemaVersion: 1, ...facts, network: spec });
  const { pieces } = encodeSafetensors({ tensors: new Map(weights), metadata: {} });
  const files = new Map<string, FileContent>();
  files.set(weightsName, pieces);
  const encoder = encoderOf({ spec, weights });
  const features = toGraphModel(encoder.spec, encoder.weights, { quantization: "float32" });
  files.set(join("features", "model.json"), features.model);
  for (const [index, shard] of features.weights.entries()) {
    files.set(join("features", `group1-shard${index + 1}of${features.weights.length}.bin`), shard);
  }
  files.set(factsName, `${JSON.stringify(file, null, 1)}\n`);
  await writeFolder(folder, files);
}

/**
 * Reads a segmentation network onto the current backend.
 *
 * @throws EvaluationError `invalid_segmenter`
 * @throws CheckpointError `damaged_checkpoint` when the weights are not whole
 */
export async function readSegmenter(folder: string): Promise<Segmenter> {
  const invalid = (why: string, cause: unknown) =>
    new EvaluationError(
      "invalid_segmenter",
      `${folder} holds no segmentation network (${why}); make one with trainer train-segmenter.`,
      cause,
    );
  let file: z.output<typeof fileSchema>;
  try {
    file = fileSchema.parse(JSON.parse(await readFile(join(folder, factsName), "utf8")));
  } catch (cause) {
    throw invalid(`${factsName} cannot be read`, cause);
  }
  const weightsPath = join(folder, weightsName);
  const bytes = await readFile(weightsPath).catch((cause: unknown) => {
    throw invalid(`${weightsName} cannot be read`, cause);
  });
  const { tensors } = await readSafetensors(weightsPath);
  const spec = parseNetworkSpec(file.network);
  try {
    assertWeightsFit(spec, tensors);
  } catch (cause) {
    if (!(cause instanceof UnpairedError)) throw cause;
    throw invalid("its weights do not fit", cause);
  }
  const weights = toTensors(tensors);
  return {
    palette: file.palette,
    folder,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    segment: (picture) => segment(picture, { spec, weights, sizePixels: file.sizePixels }),
    dispose: () => tf.dispose(Object.values(weights)),
  };
}

interface Loaded {
  readonly spec: NetworkSpec;
  readonly weights: ReturnType<typeof toTensors>;
  readonly sizePixels: number;
}

async function segment(picture: Picture, { spec, weights, sizePixels }: Loaded): Promise<Uint8Array> {
  // The square it learned at.
  const size = { width: sizePixels, height: sizePixels };
  const fitted = await resize(picture, sizePixels, sizePixels);
  const ids = tf.tidy(() => {
    const input = tf.tensor4d(toModelRange(fitted), [1, sizePixels, sizePixels, 3]);
    return tf.argMax(forward(spec, weights, input), 3);
  });
  const classes = Uint8Array.from(await ids.data());
  ids.dispose();
  return resizeClasses(classes, size, picture);
}
