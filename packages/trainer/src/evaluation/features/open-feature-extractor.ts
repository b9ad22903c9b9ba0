import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createSession, EngineError, type ImageTensor, type ModelFiles } from "@unpaired/engine";
import { readEngineBinaries } from "@unpaired/engine/node";
import { z } from "zod";
import { type Picture, resize } from "../../data/index.ts";
import { EvaluationError } from "../errors.ts";
import type { FeatureExtractor } from "./feature-extractor.ts";
import { openWithTfjs } from "./tfjs-features.ts";

/** Options of {@link openFeatureExtractor}. */
export interface FeatureExtractorOptions {
  /** Values the network reads. */
  readonly range: "-1..1" | "0..1" | "0..255";
  /** Side pictures are resized to; by default what the model declares, and their own size where it takes any. */
  readonly sizePixels?: number;
}

const modelSchema = z.object({
  modelTopology: z.object({ node: z.array(z.looseObject({ op: z.string() })) }),
  weightsManifest: z
    .array(
      z.object({
        // A shard lies beside the model and nowhere else.
        paths: z.array(z.string().regex(/^[\w.-]{1,200}$/)).max(1000),
        weights: z.array(z.looseObject({ name: z.string() })),
      }),
    )
    .max(100),
});

const placeholderSchema = z.object({
  attr: z.object({
    shape: z.object({ shape: z.object({ dim: z.array(z.object({ size: z.coerce.number() })) }) }),
  }),
});

/**
 * Opens a tfjs graph model as a source of features: run by the engine where it computes all of the model's operations, by
 * tfjs on the current backend otherwise. An answer with height and width is averaged over them, as Inception's last pooling
 * does.
 *
 * @param folder holds `model.json` and its weight files
 * @throws EvaluationError `invalid_feature_model`
 */
export async function openFeatureExtractor(
  folder: string,
  { range, sizePixels }: FeatureExtractorOptions,
): Promise<FeatureExtractor> {
  const { files, side, sha256 } = await readGraphModel(folder);
  const size = sizePixels ?? side;
  const run = await openRuntime(folder, files);
  return {
    folder,
    sha256,
    runtime: run.runtime,
    async extract(picture) {
      const fitted = size === undefined ? picture : await resize(picture, size, size);
      const answer = await run.answer(inRange(fitted, range));
      return meanOverPlaces(answer);
    },
    dispose: () => run.dispose(),
  };
}

/** Runs a graph model over one image. */
export interface FeatureRuntime {
  readonly runtime: FeatureExtractor["runtime"];
  answer(image: ImageTensor): Promise<ImageTensor>;
  dispose(): void;
}

async function openRuntime(folder: string, files: ModelFiles): Promise<FeatureRuntime> {
  try {
    const session = await createSession(files, {
      binaries: await readEngineBinaries(),
      arithmetic: "float",
    });
    return { runtime: "engine", answer: (image) => session.run(image), dispose: () => session.dispose() };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return openWithTfjs(folder, files);
  }
}

/** The files of a graph model. */
export interface GraphModelFolder {
  readonly files: ModelFiles;
  /** Names of the weight files, in the order of `files.weights`. */
  readonly paths: readonly string[];
  /** Side of the pictures it declares to read. */
  readonly side: number | undefined;
  /** Over all files, in order. */
  readonly sha256: string;
}

/**
 * Reads the folder of a tfjs graph model.
 *
 * @throws EvaluationError `invalid_feature_model`
 */
export async function readGraphModel(folder: string): Promise<GraphModelFolder> {
  const path = join(folder, "model.json");
  const model = await readFile(path).catch((cause: unknown) => {
    throw invalid(folder, "model.json cannot be read", cause);
  });
  let parsed: z.output<typeof modelSchema>;
  try {
    parsed = modelSchema.parse(JSON.parse(model.toString("utf8")));
  } catch (cause) {
    throw invalid(folder, "model.json is not a graph model's", cause);
  }
  const weights: Uint8Array[] = [];
  const paths = parsed.weightsManifest.flatMap((group) => group.paths);
  const hash = createHash("sha256").update(model);
  for (const shard of paths) {
    const bytes = await readFile(join(folder, shard)).catch((cause: unknown) => {
      throw invalid(folder, `its weight file ${shard} cannot be read`, cause);
    });
    weights.push(new Uint8Array(bytes));
    hash.update(bytes);
  }
  const placeholder = parsed.modelTopology.node.find(({ op }) => op === "Placeholder");
  const declared = placeholderSchema.safeParse(placeholder).data?.attr.shape.shape.dim[1]?.size;
  const side = declared !== undefined && declared > 0 ? declared : undefined;
  return { files: { model: new Uint8Array(model), weights }, paths, side, sha256: hash.digest("hex") };
}

/** @throws never: makes the error of a folder that is no feature network */
export function invalid(folder: string, why: string, cause?: unknown): EvaluationError {
  return new EvaluationError(
    "invalid_feature_model",
    `${folder} is not usable as a feature network: ${why}; name the folder of a tfjs graph model.`,
    cause,
  );
}

function inRange({ data, width, height }: Picture, range: FeatureExtractorOptions["range"]): ImageTensor {
  const [factor, offset] = { "-1..1": [1 / 127.5, -1], "0..1": [1 / 255, 0], "0..255": [1, 0] }[range] as [
    number,
    number,
  ];
  return { data: Float32Array.from(data, (value) => value * factor + offset), width, height, channels: 3 };
}

function meanOverPlaces({ data, width, height, channels }: ImageTensor): Float32Array {
  const sums = new Float64Array(channels);
  for (let index = 0; index < data.length; index++) sums[index % channels]! += data[index]!;
  return Float32Array.from(sums, (sum) => sum / (width * height));
}
