import { ConfigError } from "../errors.ts";
import { createDirectoryRegistry } from "./directory-registry.ts";
import type { Registry } from "./registry.ts";
import { parseRegistryPlace } from "./registry-place.ts";
import { createS3Client, type S3World } from "./s3/client.ts";
import { createS3Registry } from "./s3/s3-registry.ts";
import { type Environment, findStore } from "./s3/store.ts";

/** Options of {@link openRegistry}. */
export interface OpenRegistryOptions {
  /** Folder that relative paths start from. */
  readonly directory: string;
  /** Where credentials, account, region and endpoint come from. */
  readonly environment: Environment;
  /** URL of an S3 store; goes before the environment's. */
  readonly endpoint?: string | undefined;
  readonly world?: S3World;
}

/**
 * Opens `r2://BUCKET[/PREFIX]`, `s3://BUCKET[/PREFIX]` or a folder; nothing is sent yet.
 *
 * @throws ConfigError, RegistryError `no_credentials`
 */
export function openRegistry(
  text: string,
  { directory, environment, endpoint, world }: OpenRegistryOptions,
): Registry {
  const place = parseRegistryPlace(text, directory);
  if (place.kind === "directory") {
    if (endpoint !== undefined) {
      throw new ConfigError("--endpoint is for buckets; leave it out for a folder.", {
        code: "invalid_endpoint",
      });
    }
    return createDirectoryRegistry(place.path);
  }
  return createS3Registry(
    place,
    createS3Client(place.bucket, findStore(place, environment, endpoint), world),
  );
}
