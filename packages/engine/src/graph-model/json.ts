import { invalidModel, printable } from "../errors.ts";

/** A JSON object whose members have not been looked at yet. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Largest `model.json` that is read, in bytes. */
export const MAX_MODEL_JSON_BYTES = 4 * 2 ** 20;

/** @throws EngineError `invalid_model` when the bytes are not a JSON object in UTF-8 or too many */
export function parseJson(bytes: Uint8Array): JsonRecord {
  if (bytes.byteLength > MAX_MODEL_JSON_BYTES) {
    throw invalidModel(
      `model.json has ${bytes.byteLength} bytes; at most ${MAX_MODEL_JSON_BYTES} are read, so keep weights in shards.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalidModel(`model.json is not JSON in UTF-8; publish the model again.`, cause);
  }
  return record(value, "model.json");
}

/** @throws EngineError `invalid_model` when `value` is not an object */
export function record(value: unknown, what: string): JsonRecord {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalidModel(`${what} is ${printable(value)}; it must be an object.`);
  }
  return value as JsonRecord;
}

/** @throws EngineError `invalid_model` when `value` is not an array of at most `limit` entries */
export function array(value: unknown, what: string, limit: number): readonly unknown[] {
  if (!Array.isArray(value)) throw invalidModel(`${what} is ${printable(value)}; it must be a list.`);
  if (value.length > limit) {
    throw invalidModel(`${what} has ${value.length} entries; at most ${limit} are read.`);
  }
  return value;
}

/** @throws EngineError `invalid_model` when `value` is no name: 1 to 256 characters, none of them control characters */
export function name(value: unknown, what: string): string {
  if (typeof value !== "string" || !/^\P{Cc}{1,256}$/u.test(value)) {
    throw invalidModel(`${what} is ${printable(value)}; it must be a text of 1 to 256 characters.`);
  }
  return value;
}

/** @throws EngineError `invalid_model` when `value` is not a finite number */
export function finite(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw invalidModel(`${what} is ${printable(value)}; it must be a finite number.`);
  }
  return value;
}

/** Reads a member without following the prototype chain. */
export function member(of: JsonRecord, key: string): unknown {
  return Object.hasOwn(of, key) ? of[key] : undefined;
}
