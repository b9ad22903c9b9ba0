import { InvalidArgumentError } from "./errors.ts";
import type { ClientConfig, RequestOptions } from "./options.ts";
import { exchange } from "./request.ts";
import { isRetryableStatus } from "./retry-after.ts";

/**
 * Fetches the image an address names, with the client's retries but without its headers.
 *
 * @param address absolute http(s), `data:` or `blob:` URL
 * @throws {InvalidArgumentError} where the address is none of those or does not give an image
 */
export async function downloadImage(
  config: ClientConfig,
  address: string,
  options: RequestOptions,
): Promise<Blob> {
  const url = parseAddress(address);
  const overHttp = /^https?:$/.test(url.protocol);
  // Queries of signed addresses are secrets, and a data: URL is the whole picture.
  const source = overHttp ? `GET ${url.origin}${url.pathname}` : `GET ${url.protocol} image`;
  const request = {
    signal: options.signal,
    timeoutMs: options.timeoutMs,
    url: url.href,
    source,
    method: "GET" as const,
    // data: and blob: mean something to the platform's own fetch alone.
    ...(overHttp ? {} : { fetch: globalThis.fetch }),
  };
  return exchange(config, request, ({ status, headers, body }) => {
    if (status < 200 || status > 299) {
      throw new InvalidArgumentError(`${source} answered ${status} instead of an image`, {
        code: "unreadable_image",
        isRetryable: isRetryableStatus(status),
      });
    }
    if (!body)
      throw new InvalidArgumentError(`${source} answered with more than 64 MiB`, { code: "image_too_large" });
    return new Blob([body], { type: headers.get("content-type") ?? "" });
  });
}

function parseAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^(?:https?|data|blob):$/.test(url.protocol)) {
    const shown = url ? `a ${url.protocol} URL` : JSON.stringify(address.slice(0, 100));
    throw new InvalidArgumentError(
      `the image is ${shown}; give an absolute http:, https:, data: or blob: address (from a file: openAsBlob of node:fs)`,
      { code: "unsupported_image" },
    );
  }
  if (url.username || url.password) {
    throw new InvalidArgumentError(
      `the image address at ${url.host} carries a user name or password, which fetch refuses; fetch it yourself and give its Blob`,
      { code: "unsupported_image" },
    );
  }
  return url;
}
