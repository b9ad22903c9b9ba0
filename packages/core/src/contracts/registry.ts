/** Keys of a registry: the same in a directory, an R2 bucket or an S3 bucket. */
export const registryKeys = {
  /** @param sha256 64 lower-case hex digits */
  blob: (sha256: string) => `blobs/sha256/${sha256}`,
  manifest: (id: string, version: string) => `models/${id}/${version}.json`,
  latest: (id: string) => `models/${id}/latest.json`,
  /** Prefix under which every model has its folder. */
  models: "models/",
} as const;

/** How long a reader may go on believing a pointer: the time a newly published version may take to be served. */
export const pointerLifetimeMs = 2_000;
