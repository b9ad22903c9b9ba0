import { UnpairedError } from "@unpaired/core";

/** What can go wrong between a published model and its output. */
export type EngineErrorCode =
  | "invalid_model"
  | "unsupported_op"
  | "invalid_input"
  | "memory_budget_exceeded"
  | "session_disposed";

/** A model or an input the engine refuses; `code` says which, the message what to change. */
export class EngineError extends UnpairedError {
  override readonly name = "EngineError";
  declare readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, cause?: unknown) {
    super(message, { code, cause });
  }
}

/** The files do not form a model. */
export function invalidModel(message: string, cause?: unknown): EngineError {
  return new EngineError("invalid_model", message, cause);
}

/** The model is well formed but asks for something the engine does not compute. */
export function unsupported(node: { readonly op: string; readonly name: string }, what: string): EngineError {
  return new EngineError("unsupported_op", `${printable(node.op)} "${printable(node.name)}": ${what}.`);
}

/** A value from outside in at most 80 harmless characters, so that a message stays one readable line; never throws. */
export function printable(value: unknown): string {
  // Control, direction and line-breaking characters must not reach a terminal.
  const clean = written(value)
    .slice(0, 81)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "�");
  return clean.length > 80 ? `${clean.slice(0, 77)}…` : clean;
}

function written(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    // JSON nested deeper than the stack, or an object that holds itself.
    return Array.isArray(value) ? "a deeply nested list" : "a deeply nested object";
  }
}
