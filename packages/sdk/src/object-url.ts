/// <reference lib="esnext.disposable" preserve="true" />
import { UnpairedError } from "./errors.ts";

/**
 * A `blob:` address that keeps an image in memory until it is revoked, by hand or at the end of a `using` block.
 *
 * @example
 * ```ts
 * const url = await result.objectUrl();
 * picture.src = url.href;
 * await picture.decode();
 * url.revoke();
 * ```
 */
export interface ObjectUrl {
  readonly href: string;
  /** Frees the image; the address leads nowhere from then on. */
  revoke(): void;
  /** `href`, so that the object can stand where an address is expected. */
  toString(): string;
  /** The same as `revoke`; there where the runtime knows disposal. */
  [Symbol.dispose](): void;
}

/** @throws {UnpairedError} `unsupported_platform` where there are no object URLs (Workers) */
export function createObjectUrl(blob: Blob): ObjectUrl {
  let href: string;
  try {
    href = URL.createObjectURL(blob);
  } catch (cause) {
    // Missing in some runtimes, there but refusing in workerd.
    throw new UnpairedError("this platform has no object URLs; send the image on with stream() instead", {
      code: "unsupported_platform",
      cause,
    });
  }
  const revoke = () => URL.revokeObjectURL(href);
  const url = { href, revoke, toString: () => href };
  // Without the symbol this would be a property called "undefined".
  return (Symbol.dispose ? { ...url, [Symbol.dispose]: revoke } : url) as ObjectUrl;
}
