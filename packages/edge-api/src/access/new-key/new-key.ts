import { modelIdSchema } from "@unpaired/core/contracts";
import { type ApiKeyEntry, apiKeyIdSchema } from "../api-keys.ts";
import { createApiKey } from "../create-api-key.ts";

/** Where the command writes. */
export interface NewKeyTerminal {
  write(line: string): void;
  writeError(line: string): void;
}

const newKeyHelp = `Usage: pnpm --filter edge-api new-key ID [MODEL…]

Makes an API key and prints it with the entry that API_KEYS needs for it. Nothing is stored.

  ID       who the key is for: a-z, 0-9, - and _; logs and rate limits call it this
  MODEL    models the key is for (default: every model)`;

/**
 * `pnpm --filter edge-api new-key`: prints a new key and its entry.
 *
 * @returns the exit code: 0, or 2 after one sentence that says what to change
 */
export async function newKey(args: readonly string[], terminal: NewKeyTerminal): Promise<number> {
  if (args.includes("--help")) {
    terminal.write(newKeyHelp);
    return 0;
  }
  const [id = "", ...models] = args;
  const unusable = !apiKeyIdSchema.safeParse(id).success
    ? `The key's id is ${JSON.stringify(id)}; give 1 to 64 of a-z, 0-9, - and _ first (--help tells more).`
    : unusableModel(models);
  if (unusable !== undefined) {
    terminal.writeError(unusable);
    return 2;
  }
  const { key, sha256 } = await createApiKey();
  const entry: ApiKeyEntry = { id, sha256, ...(models.length > 0 && { models }) };
  terminal.write("The key, shown only now; give it to whoever calls:");
  terminal.write(key);
  terminal.write("Its entry, one element of the JSON array in the secret API_KEYS:");
  terminal.write(JSON.stringify(entry));
  return 0;
}

function unusableModel(models: readonly string[]): string | undefined {
  const model = models.find((model) => !modelIdSchema.safeParse(model).success);
  return model === undefined
    ? undefined
    : `${JSON.stringify(model)} is no model id; GET /models lists those.`;
}
