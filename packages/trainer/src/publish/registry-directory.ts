import { createHash } from "node:crypto";
import { access } from "node:fs/promises";
import { join } from "node:path";
import type { GraphModelFiles } from "@unpaired/core";
import {
  latestPointerSchema,
  type Manifest,
  manifestSchema,
  type PublishedFile,
  registryKeys,
} from "@unpaired/core/contracts";
import { writeAtomically } from "../checkpoint/atomic-write.ts";
import { PublishError } from "../errors.ts";

/** A manifest before its files have a place. */
export type ManifestFacts = Omit<Manifest, "files" | "schemaVersion">;

/**
 * Publishes one model into a registry directory: blobs first, then the manifest, then the pointer, so that a publish cut
 * off anywhere leaves readers what they had.
 *
 * @throws PublishError `version_exists` when this version is there already, `invalid_manifest` when the facts do not hold
 */
export async function writeToRegistry(
  directory: string,
  facts: ManifestFacts,
  files: GraphModelFiles,
): Promise<Manifest> {
  const model = describeFile(files.model);
  const weights = files.weights.map(describeFile);
  const parsed = manifestSchema.safeParse({ schemaVersion: 1, ...facts, files: { model, weights } });
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new PublishError(
      `The manifest of ${facts.id} is not valid: ${issue.path.join(".")}: ${issue.message}.`,
      {
        code: "invalid_manifest",
        cause: parsed.error,
      },
    );
  }
  const manifest = parsed.data;
  const manifestPath = join(directory, registryKeys.manifest(manifest.id, manifest.version));
  if (await exists(manifestPath)) {
    throw new PublishError(
      `${manifest.id} ${manifest.version} is published already; versions never change.`,
      {
        code: "version_exists",
      },
    );
  }
  const blobs: [PublishedFile, Uint8Array][] = [
    [model, files.model],
    ...weights.map((file, index): [PublishedFile, Uint8Array] => [file, files.weights[index]!]),
  ];
  for (const [{ key }, bytes] of blobs) {
    const path = join(directory, key);
    if (!(await exists(path))) await writeAtomically(path, bytes);
  }
  await writeAtomically(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
  const pointer = latestPointerSchema.parse({ version: manifest.version });
  await writeAtomically(join(directory, registryKeys.latest(manifest.id)), `${JSON.stringify(pointer)}\n`);
  return manifest;
}

function describeFile(bytes: Uint8Array): PublishedFile {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { key: registryKeys.blob(sha256), bytes: bytes.length, sha256 };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
