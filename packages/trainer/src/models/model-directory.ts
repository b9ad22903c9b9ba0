import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { assertWeightsFit, ModelError, UnpairedError, type Weight } from "@unpaired/core";
import { featureStatisticSchema } from "@unpaired/core/contracts";
import type { ImageTensor } from "@unpaired/engine";
import { z } from "zod";
import type { FileContent } from "../checkpoint/atomic-write.ts";
import { encodeSafetensors, readSafetensors, type StoredTensor } from "../checkpoint/safetensors.ts";
import { encodeImage, type Picture, readImage, toModelRange } from "../data/index.ts";
import { ModelDirectoryError } from "./errors.ts";
import { networkSpecSchema, parseNetworkSpec } from "./network-spec-schema.ts";
import type { ModelDirection, NetworkModel } from "./trained-model.ts";
import { writeFolder } from "./write-folder.ts";

const domainName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, "use 1–31 lower-case letters, digits or dashes");

/** `model.json` of a model that was not trained here. */
const modelFileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  method: z.string().min(1).max(100),
  /** The file it came from. */
  source: z.strictObject({ file: z.string().min(1).max(1000), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  sizePixels: z.int().positive().max(4096),
  training: z.strictObject({
    backend: z.string().min(1).max(100),
    steps: z.int().nonnegative(),
    dataSet: z.string().min(1).max(100),
    seed: z.int().nonnegative(),
  }),
  directions: z
    .array(
      z.strictObject({
        name: z.enum(["a2b", "b2a"]),
        from: domainName,
        to: domainName,
        network: networkSpecSchema,
        domainStatistics: z.array(featureStatisticSchema).max(100),
        /** How many probe pictures lie in `probes/`. */
        probes: z.int().positive().max(16),
      }),
    )
    .min(1)
    .max(2),
});

type ModelFile = z.output<typeof modelFileSchema>;

/** Name of the file that makes a folder a model's. */
export const modelFileName = "model.json";
const weightsFileName = "weights.safetensors";
const probePath = (direction: string, index: number) => join("probes", `${direction}-${index}.png`);

/** A model about to be written. */
export interface NewModel extends Omit<NetworkModel, "directions" | "training"> {
  readonly source: ModelFile["source"];
  readonly training: ModelFile["training"];
  readonly directions: readonly (Omit<ModelDirection, "readProbes"> & {
    readonly probes: readonly Picture[];
  })[];
}

/**
 * Writes a model's folder, complete or not at all: `model.json`, `weights.safetensors` and `probes/`.
 *
 * @throws ModelDirectoryError `folder_exists` or `invalid_model`
 * @throws StorageError when the disk refuses
 */
export async function writeModelDirectory(directory: string, model: NewModel): Promise<void> {
  const files = new Map<string, FileContent>();
  const tensors = new Map<string, StoredTensor>();
  const directions = [];
  for (const { spec, weights, probes, ...direction } of model.directions) {
    for (const [name, weight] of weights) tensors.set(`${direction.name}:${name}`, weight);
    for (const [index, picture] of probes.entries()) {
      files.set(probePath(direction.name, index), await encodeImage(picture));
    }
    directions.push({ ...direction, network: spec, probes: probes.length });
  }
  const { method, source, sizePixels, training } = model;
  const parsed = modelFileSchema.safeParse({
    schemaVersion: 1,
    method,
    source,
    sizePixels,
    training,
    directions,
  });
  if (!parsed.success) throw invalid(directory, parsed.error);
  files.set(weightsFileName, encodeSafetensors({ tensors, metadata: {} }).pieces);
  files.set(modelFileName, `${JSON.stringify(parsed.data, null, 1)}\n`);
  await writeFolder(directory, files);
}

/**
 * Reads a model's folder.
 *
 * @throws ModelDirectoryError `no_model` or `invalid_model`
 * @throws CheckpointError `damaged_checkpoint` when the weights are not whole
 */
export async function readModelDirectory(directory: string): Promise<NetworkModel> {
  const file = parseModelFile(directory, await readText(join(directory, modelFileName)));
  const { tensors } = await readSafetensors(join(directory, weightsFileName)).catch((cause) => {
    if (cause instanceof UnpairedError) throw cause;
    throw new ModelDirectoryError(`${directory} has no ${weightsFileName}; import the model again.`, {
      code: "invalid_model",
      cause,
    });
  });
  const directions = file.directions.map((described) => readDirection(directory, described, tensors));
  const { method, sizePixels, training } = file;
  return { method, sizePixels, training, directions };
}

function readDirection(
  directory: string,
  described: ModelFile["directions"][number],
  tensors: ReadonlyMap<string, StoredTensor>,
): ModelDirection {
  const { network, probes, ...direction } = described;
  const prefix = `${direction.name}:`;
  const weights = new Map<string, Weight>();
  for (const [name, tensor] of tensors) {
    if (name.startsWith(prefix)) weights.set(name.slice(prefix.length), tensor);
  }
  const spec = parseNetworkSpec(network);
  try {
    assertWeightsFit(spec, weights);
  } catch (error) {
    if (!(error instanceof UnpairedError)) throw error;
    throw new ModelError(`${directory} does not hold together: ${error.message}`, {
      code: "invalid_model",
      cause: error,
    });
  }
  return { ...direction, spec, weights, readProbes: () => readProbes(directory, direction.name, probes) };
}

async function readProbes(directory: string, direction: string, count: number): Promise<ImageTensor[]> {
  const probes: ImageTensor[] = [];
  for (let index = 0; index < count; index++) {
    const picture = await readImage(join(directory, probePath(direction, index)));
    probes.push({ data: toModelRange(picture), width: picture.width, height: picture.height, channels: 3 });
  }
  return probes;
}

async function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause) => {
    throw new ModelDirectoryError(`${path} cannot be read; name a folder under models/.`, {
      code: "no_model",
      cause,
    });
  });
}

function parseModelFile(directory: string, text: string): ModelFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ModelDirectoryError(`${join(directory, modelFileName)} is not JSON; import the model again.`, {
      code: "invalid_model",
      cause,
    });
  }
  const parsed = modelFileSchema.safeParse(json);
  if (!parsed.success) throw invalid(directory, parsed.error);
  return parsed.data;
}

function invalid(directory: string, error: z.ZodError): ModelDirectoryError {
  const issue = error.issues[0]!;
  return new ModelDirectoryError(
    `${join(directory, modelFileName)} is not usable: ${issue.path.join(".") || "the file"}: ${issue.message}.`,
    { code: "invalid_model", cause: error },
  );
}
