import { sha256Hex } from "../model-registry/sha256.ts";

/** A strong entity tag over an answer's bytes (RFC 9110 §8.8.3). */
export async function entityTag(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return tagOfDigest(await sha256Hex(bytes));
}

/** The entity tag of whatever a SHA-256 identifies: its first 128 bits. */
export function tagOfDigest(sha256: string): string {
  return `"${sha256.slice(0, 32)}"`;
}

/** A SHA-256, in hex, over the SHA-256 of some bytes and all else that decides what is made of them. */
export function digestOf(bytesSha256: string, decided: readonly unknown[]): Promise<string> {
  return sha256Hex(new TextEncoder().encode(JSON.stringify([bytesSha256, ...decided])));
}

/** Whether `If-None-Match` names `tag` (RFC 9110 §13.1.2, weak comparison). */
export function matchesEntityTag(header: string | null | undefined, tag: string): boolean {
  if (!header) return false;
  return header.split(",").some((entry) => {
    const candidate = entry.trim();
    return candidate === "*" || candidate.replace(/^W\//, "") === tag;
  });
}
