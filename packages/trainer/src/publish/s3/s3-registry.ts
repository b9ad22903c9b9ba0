import { createHash } from "node:crypto";
import type { Registry } from "../registry.ts";
import type { BucketPlace } from "../registry-place.ts";
import type { S3Answer, S3Client } from "./client.ts";
import { readListing } from "./listing.ts";

const immutable = { "cache-control": "public, max-age=31536000, immutable" };
const LISTING_BYTES = 8 * 2 ** 20;

/** A registry in a bucket. Puts carry a SHA-256, so that the store refuses what was damaged on its way. */
export function createS3Registry({ name, prefix }: BucketPlace, send: S3Client): Registry {
  const put = (key: string, bytes: Uint8Array, headers: Record<string, string>, signal?: AbortSignal) =>
    send({
      method: "PUT",
      key: prefix + key,
      body: Uint8Array.from(bytes),
      headers: { "x-amz-checksum-sha256": digest("sha256", bytes, "base64"), ...headers },
      signal,
    });
  const head = (key: string, signal?: AbortSignal) =>
    send({ method: "HEAD", key: prefix + key, headers: { "x-amz-checksum-mode": "ENABLED" }, signal });

  const registry: Registry = {
    name,

    async read(key, { maxBytes, signal }) {
      const answer = await send({ method: "GET", key: prefix + key, maxBytes, signal });
      return answer.status === 404 ? undefined : answer.bytes;
    },

    async size(key, signal) {
      const answer = await head(key, signal);
      return answer.status === 404 ? undefined : Number(answer.headers.get("content-length"));
    },

    async putBlob({ key }, bytes, signal) {
      if (holds(await head(key, signal), bytes)) return false;
      await put(key, bytes, { ...immutable, "content-type": "application/octet-stream" }, signal);
      return true;
    },

    async putNew(key, bytes) {
      const headers = { ...immutable, "content-type": "application/json", "if-none-match": "*" };
      const answer = await put(key, bytes, headers);
      if (answer.status !== 412) return true;
      // The object in the way may be our own, of a try whose answer was lost.
      if (!answer.repeated) return false;
      return holds(await head(key), bytes);
    },

    async putPointer(key, bytes) {
      await put(key, bytes, { "cache-control": "no-cache", "content-type": "application/json" });
    },

    async list(under, signal) {
      const keys: string[] = [];
      let continuation: string | undefined;
      do {
        const answer = await send({
          method: "GET",
          key: "",
          query: {
            "list-type": "2",
            prefix: prefix + under,
            ...(continuation !== undefined && { "continuation-token": continuation }),
          },
          maxBytes: LISTING_BYTES,
          signal,
        });
        const page = readListing(new TextDecoder().decode(answer.bytes), name);
        for (const key of page.keys) if (key.startsWith(prefix + under)) keys.push(key.slice(prefix.length));
        continuation = page.next === continuation ? undefined : page.next;
      } while (continuation !== undefined);
      return keys;
    },
  };
  return registry;
}

/** Whether an object is these bytes, by what the store says it is. */
function holds({ status, headers }: S3Answer, bytes: Uint8Array): boolean {
  if (status === 404 || Number(headers.get("content-length")) !== bytes.length) return false;
  const checksum = headers.get("x-amz-checksum-sha256");
  if (checksum !== null) return checksum === digest("sha256", bytes, "base64");
  // An object that another program put there has none; its tag is its MD5 unless it came in parts or is encrypted.
  return headers.get("etag")?.replaceAll('"', "") === digest("md5", bytes, "hex");
}

function digest(algorithm: string, bytes: Uint8Array, form: "hex" | "base64"): string {
  return createHash(algorithm).update(bytes).digest(form);
}
