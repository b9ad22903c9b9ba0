import { RegistryError } from "../errors.ts";

/** One page of a bucket's keys. */
export interface Listing {
  readonly keys: readonly string[];
  /** Token of the next page. */
  readonly next?: string;
}

/**
 * Reads a ListObjectsV2 answer.
 *
 * @throws RegistryError `no_store` when it is none
 */
export function readListing(xml: string, name: string): Listing {
  if (!/<ListBucketResult[\s>]/.test(xml)) {
    throw new RegistryError(`What answers for ${name} is no S3 store; check the endpoint.`, {
      code: "no_store",
    });
  }
  const keys = Array.from(xml.matchAll(/<Key>([^<]*)<\/Key>/g), (match) => decodeEntities(match[1]!));
  const truncated = /<IsTruncated>\s*true\s*<\/IsTruncated>/.test(xml);
  const token = /<NextContinuationToken>([^<]+)<\/NextContinuationToken>/.exec(xml)?.[1];
  return { keys, ...(truncated && token !== undefined && { next: decodeEntities(token) }) };
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|(amp|lt|gt|quot|apos));/gi,
    (whole, decimal, hex, name) => {
      if (name) return named[name.toLowerCase()] ?? whole;
      return String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16));
    },
  );
}
