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
    throw new RegistryError("model_unavailable", `The registry cannot be read (${key}); try again.`, cause);
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
  if (!bytes) {
    throw new RegistryError(
      "model_unavailable",
      `Published file ${file.key} is missing; publish the model anew.`,
    );
  }
  if (bytes.length !== file.bytes || (await sha256Hex(bytes)) !== file.sha256) {
    throw new RegistryError(
      "model_unavailable",
      `Published file ${file.key} does not have the SHA-256 of its manifest; publish the model anew.`,
    );
  }
  return bytes;
}
