import { createHash } from "node:crypto";
import type { GraphModelFiles } from "@unpaired/core";

/** `20261123t041500123z-1a2b3c4d`: sorts by time of publishing and names the content. */
export function versionId(files: GraphModelFiles, at: Date): string {
  const hash = createHash("sha256").update(files.model);
  for (const shard of files.weights) hash.update(shard);
  const time = at.toISOString().toLowerCase().replaceAll(/[-:.]/g, "");
  return `${time}-${hash.digest("hex").slice(0, 8)}`;
}
