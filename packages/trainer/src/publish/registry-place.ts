import { resolve } from "node:path";
import { ConfigError } from "../errors.ts";

/** What `--to` and `--registry` name. */
export type RegistryPlace = { readonly kind: "directory"; readonly path: string } | BucketPlace;

/** A bucket of Cloudflare R2 or of any S3 store. */
export interface BucketPlace {
  readonly kind: "r2" | "s3";
  readonly bucket: string;
  /** Empty, or what every key begins with; ends in `/`. */
  readonly prefix: string;
  /** As people write it, without a slash at its end. */
  readonly name: string;
}

/**
 * Reads `r2://BUCKET[/PREFIX]`, `s3://BUCKET[/PREFIX]` or a folder's path.
 *
 * @param directory the folder that relative paths start from
 * @throws ConfigError `invalid_registry`, `credentials_on_command_line`
 */
export function parseRegistryPlace(text: string, directory: string): RegistryPlace {
  const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  if (scheme === undefined) {
    if (text === "") throw invalid("A registry's name is empty; give r2://BUCKET, s3://BUCKET or a folder.");
    return { kind: "directory", path: resolve(directory, text) };
  }
  // What is wrong here may be a secret: say so without repeating it.
  if (rest.includes("@")) {
    throw new ConfigError(
      "A registry's name holds an @, as if credentials stood before it; set them in the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY).",
      { code: "credentials_on_command_line" },
    );
  }
  const kind = scheme.toLowerCase();
  if (kind !== "r2" && kind !== "s3") {
    throw invalid(`${text} is no registry known here; give r2://BUCKET, s3://BUCKET or a folder.`);
  }
  const [bucket = "", ...segments] = rest.replace(/\/+$/, "").split("/");
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw invalid(
      `"${bucket}" in ${text} is no bucket's name; those have 3 to 63 of a-z, 0-9, "-" and ".", with a letter or digit at both ends.`,
    );
  }
  const unfit = segments.find((segment) => !/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,128}$/.test(segment));
  if (unfit !== undefined || segments.length > 16) {
    throw invalid(
      `The prefix in ${text} cannot be used; write up to 16 parts of letters, digits, ".", "_" and "-", with single slashes between.`,
    );
  }
  return {
    kind,
    bucket,
    prefix: segments.map((segment) => `${segment}/`).join(""),
    name: `${kind}://${[bucket, ...segments].join("/")}`,
  };
}

function invalid(message: string): ConfigError {
  return new ConfigError(message, { code: "invalid_registry" });
}
