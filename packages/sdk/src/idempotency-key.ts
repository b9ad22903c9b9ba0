import { InvalidArgumentError } from "./errors.ts";
import type { ClientConfig } from "./options.ts";

/**
 * The key all tries of a post carry: the caller's, or a new one where there may be a second try.
 *
 * @throws {InvalidArgumentError} where a header cannot carry the caller's
 */
export function resolveKey({ maxRetries, runtime }: ClientConfig, given?: string): string | undefined {
  const key = given ?? (maxRetries > 0 ? runtime.createKey() : undefined);
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key)) {
    throw new InvalidArgumentError(`idempotencyKey is ${JSON.stringify(key)}; give ASCII without spaces`);
  }
  return key;
}
