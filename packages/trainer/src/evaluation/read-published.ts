import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import {
  latestPointerSchema,
  type Manifest,
  manifestSchema,
  type PublishedFile,
  registryKeys,
} from "@unpaired/core/contracts";
import type { ModelFiles } from "@unpaired/engine";
import { EvaluationError } from "./errors.ts";

/** A published model's description and files. */
export interface PublishedModel {
  readonly manifest: Manifest;
  readonly files: ModelFiles;
}

/** Whether a path is a model's folder in a registry, or one of its manifests. */
export async function isPublished(path: string): Promise<boolean> {
  const found = (at: string) =>
    stat(at).then(
      (entry) => entry.isFile(),
      () => false,
    );
  return path.endsWith(".json") ? found(path) : found(join(path, "latest.json"));
}

/**
 * Reads a published model from a registry's folder, every file against its SHA-256.
 *
 * @param path `REGISTRY/models/ID` for the newest version, or a version's manifest in it
 * @throws EvaluationError `invalid_published_model`
 */
export async function readPublished(path: string): Promise<PublishedModel> {
  const folder = path.endsWith(".json") ? dirname(path) : path;
  const registry = resolve(folder, "..", "..");
  const manifestPath = path.endsWith(".json") ? path : await newest(folder);
  const parsed = manifestSchema.safeParse(await readJson(manifestPath));
  if (!parsed.success) throw invalid(manifestPath, "it is no manifest", parsed.error);
  const { model, weights } = parsed.data.files;
  const read = (file: PublishedFile) => readBlob(registry, file);
  return {
    manifest: parsed.data,
    files: { model: await read(model), weights: await Promise.all(weights.map(read)) },
  };
}

async function newest(folder: string): Promise<string> {
  const pointer = join(folder, "latest.json");
  const parsed = latestPointerSchema.safeParse(await readJson(pointer));
  if (!parsed.success) throw invalid(pointer, "it names no version", parsed.error);
  return join(folder, `${parsed.data.version}.json`);
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw invalid(path, "it cannot be read as JSON", cause);
  }
}

async function readBlob(registry: string, { sha256 }: PublishedFile): Promise<Uint8Array> {
  const path = join(registry, registryKeys.blob(sha256));
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw invalid(path, "it is missing from the registry", cause);
  });
  if (createHash("sha256").update(bytes).digest("hex") !== sha256) {
    throw invalid(path, "its content does not match its name");
  }
  return new Uint8Array(bytes);
}

function invalid(path: string, why: string, cause?: unknown): EvaluationError {
  return new EvaluationError(
    "invalid_published_model",
    `${path} does not belong to a whole published model: ${why}; publish the model again.`,
    cause,
  );
}
