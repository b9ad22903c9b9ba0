import { sha256Hex } from "../model-registry/sha256.ts";

/**
 * A strong entity tag over bytes and whatever else decides about the answer: the first 128 bits of a SHA-256
 * (RFC 9110 §8.8.3).
 */
export async function entityTag(
  bytes: Uint8Array<ArrayBuffer>,
  decided: readonly unknown[] = [],
): Promise<string> {
  const contentSha256 = await sha256Hex(bytes);
  if (decided.length === 0) return quoted(contentSha256);
  return quoted(await sha256Hex(new TextEncoder().encode(JSON.stringify([contentSha256, ...decided]))));
}

function quoted(sha256: string): string {
  return `"${sha256.slice(0, 32)}"`;
}

/** Whether `If-None-Match` names `tag` (RFC 9110 §13.1.2, weak comparison). */
export function matchesEntityTag(header: string | null | undefined, tag: string): boolean {
  if (!header) return false;
  return header.split(",").some((entry) => {
    const candidate = entry.trim();
    return candidate === "*" || candidate.replace(/^W\//, "") === tag;
  });
}
