import { InvalidArgumentError } from "./errors.ts";

/**
 * An id as one segment of a path.
 *
 * @throws {InvalidArgumentError} for an empty id and for dots alone, which a URL swallows: `models/..` would be another path
 */
export function pathSegment(id: string): string {
  if (!/[^.]/.test(id)) {
    throw new InvalidArgumentError(`the id is ${JSON.stringify(id)}; give one that the API gave`);
  }
  return encodeURIComponent(id);
}
