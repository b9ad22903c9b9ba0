import { modelIdSchema } from "@unpaired/core/contracts";
import * as z from "zod";
import { AccessError } from "./access-error.ts";
import type { Caller } from "./caller.ts";

/** A key that is accepted, and who it stands for; the key itself is nowhere. */
export interface ApiKey extends Caller {
  readonly keyId: string;
  /** SHA-256 of the key, 32 bytes. */
  readonly hash: Uint8Array;
}

/** Name of a key: what logs and limits call it. */
export const apiKeyIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "must be 1 to 64 of a-z, 0-9, - and _, the first a letter or digit");

const modelsMessage = "must list at least one model id; leave it out for every model";

/** One entry of the variable `API_KEYS`. */
const apiKeyEntrySchema = z.strictObject(
  {
    id: apiKeyIdSchema,
    sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hexadecimal digits"),
    /** Models the key may use; every model when absent. */
    models: z.array(modelIdSchema, modelsMessage).min(1, modelsMessage).optional(),
  },
  "must be an object of id, sha256 and, where the key is for some models only, models",
);

export type ApiKeyEntry = z.infer<typeof apiKeyEntrySchema>;

const apiKeysSchema = z.array(apiKeyEntrySchema, "must be a JSON array").min(1, "must hold a key");

/**
 * Reads the variable `API_KEYS`: `[{ "id": "web", "sha256": "…", "models": ["summer2winter"] }]`.
 *
 * @throws AccessError `service_misconfigured`, without a word of what the variable holds: it is a secret
 */
export function parseApiKeys(json: string): ApiKey[] {
  const result = apiKeysSchema.safeParse(parseJson(json));
  if (!result.success) {
    const { path, message } = result.error.issues[0]!;
    const place = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
    throw new AccessError(`API_KEYS${place} ${message}; \`pnpm --filter edge-api new-key\` prints an entry.`);
  }
  assertDistinct(result.data, "id");
  assertDistinct(result.data, "sha256");
  return result.data.map(({ id, sha256, models }) => ({
    keyId: id,
    hash: Uint8Array.from(sha256.match(/../g)!, (byte) => Number.parseInt(byte, 16)),
    mayUse: (modelId) => models === undefined || models.includes(modelId),
  }));
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The parser's own message quotes what it read.
    throw new AccessError(
      "API_KEYS is not JSON; `pnpm --filter edge-api new-key` prints an entry for its array.",
    );
  }
}

function assertDistinct(entries: readonly ApiKeyEntry[], property: "id" | "sha256"): void {
  const seen = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const first = seen.get(entry[property]);
    if (first !== undefined) {
      throw new AccessError(
        `API_KEYS[${first}] and [${index}] have the same ${property}; give every key its own.`,
      );
    }
    seen.set(entry[property], index);
  }
}
