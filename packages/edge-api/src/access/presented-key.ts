/** Longest key that is worth hashing, in characters. */
const KEY_CHARACTERS = 256;

/**
 * The key a request brings: `authorization: Bearer …` (RFC 6750), or `x-api-key` where something in between
 * needs `authorization` for itself.
 *
 * @returns undefined when it brings none, null when what it brings cannot be a key
 */
export function presentedKey(headers: Headers): string | null | undefined {
  const bearer = /^bearer +(.*)$/i.exec(headers.get("authorization") ?? "")?.[1];
  const key = bearer ?? headers.get("x-api-key") ?? undefined;
  if (key === undefined) return undefined;
  return key.length <= KEY_CHARACTERS && /^[\w.~+/=-]+$/.test(key) ? key : null;
}
