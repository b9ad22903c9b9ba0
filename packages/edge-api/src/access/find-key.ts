import type { ApiKey } from "./api-keys.ts";

/**
 * The accepted key that `presented` is, by SHA-256. Every hash is compared to its last byte, so that the time it takes
 * tells nothing about how near a guess came, nor which key it is.
 */
export async function findKey(keys: readonly ApiKey[], presented: string): Promise<ApiKey | undefined> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(presented)));
  let found: ApiKey | undefined;
  for (const key of keys) {
    let difference = 0;
    for (let index = 0; index < hash.length; index++) difference |= hash[index]! ^ key.hash[index]!;
    if (difference === 0) found = key;
  }
  return found;
}
