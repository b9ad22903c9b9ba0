import type { PublishedFile } from "@unpaired/core/contracts";
import type { RegistryBucket } from "./bucket.ts";
import { RegistryError } from "./registry-error.ts";
import { sha256Hex } from "./sha256.ts";

/**
 * Reads one object whole, or undefined when there is none.
 *
 * @throws RegistryError `model_unavailable` when the bucket fails or the object is larger than `limitBytes`
 */
export async function readObject(
  bucket: RegistryBucket,
  key: string,
  limitBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const object = await bucket.get(key);
    if (object === null) return undefined;
    if (object.size <= limitBytes) return new Uint8Array(await object.arrayBuffer());
  } catch (cause) {
    throw unreadable(key, cause);
  }
  throw new RegistryError(
    "model_unavailable",
    `Published file ${key} is larger than ${limitBytes} bytes; publish the model anew.`,
  );
}

/**
 * Reads a published file and checks its length and SHA-256.
 *
 * @throws RegistryError `model_unavailable`
 */
export async function readPublishedFile(
  bucket: RegistryBucket,
  file: PublishedFile,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readObject(bucket, file.key, file.bytes);
  if (!bytes) throw missing(file);
  if (bytes.length !== file.bytes || (await sha256Hex(bytes)) !== file.sha256) {
    throw new RegistryError(
      "model_unavailable",
      `Published file ${file.key} does not have the SHA-256 of its manifest; publish the model anew.`,
    );
  }
  return bytes;
}

/**
 * A published file as a stream of the length its manifest says; its SHA-256 is not checked.
 *
 * @throws RegistryError `model_unavailable`
 */
export async function openPublishedFile(
  bucket: RegistryBucket,
  file: PublishedFile,
): Promise<ReadableStream<Uint8Array>> {
  const object = await bucket.get(file.key).catch((cause: unknown) => {
    throw unreadable(file.key, cause);
  });
  if (object === null) throw missing(file);
  if (object.size === file.bytes) return object.body;
  await object.body.cancel();
  throw new RegistryError(
    "model_unavailable",
    `Published file ${file.key} has ${object.size} bytes and its manifest says ${file.bytes}; publish the model anew.`,
  );
}

function missing({ key }: PublishedFile): RegistryError {
  return new RegistryError("model_unavailable", `Published file ${key} is missing; publish the model anew.`);
}

function unreadable(key: string, cause: unknown): RegistryError {
  return new RegistryError("model_unavailable", `The registry cannot be read (${key}); try again.`, cause);
}
