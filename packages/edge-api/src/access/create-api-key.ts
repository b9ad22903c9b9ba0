/** A new key, and what is kept of it. */
export interface NewApiKey {
  /** Shown once and given to the caller. */
  readonly key: string;
  /** SHA-256 of the key, 64 hexadecimal digits: what `API_KEYS` holds. */
  readonly sha256: string;
}

const KEY_BYTES = 32;

/**
 * Makes a key of 256 random bits; with so many, a plain hash keeps it safe.
 *
 * @param randomBytes a cryptographic source
 */
export async function createApiKey(
  randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length)),
): Promise<NewApiKey> {
  const key = `up_${Buffer.from(randomBytes(KEY_BYTES)).toString("base64url")}`;
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return { key, sha256: Buffer.from(hash).toString("hex") };
}
