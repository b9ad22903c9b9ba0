import { sha256Hex } from "../model-registry/sha256.ts";

/** A strong entity tag over a body: the first 128 bits of its SHA-256 (RFC 9110 §8.8.3). */
export async function entityTag(body: Uint8Array<ArrayBuffer>): Promise<string> {
  return `"${(await sha256Hex(body)).slice(0, 32)}"`;
}

/** Whether `If-None-Match` names `tag` (RFC 9110 §13.1.2, weak comparison). */
export function matchesEntityTag(header: string | null | undefined, tag: string): boolean {
  if (!header) return false;
  return header.split(",").some((entry) => {
    const candidate = entry.trim();
    return candidate === "*" || candidate.replace(/^W\//, "") === tag;
  });
}
