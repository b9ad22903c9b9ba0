import { EngineError } from "../errors.ts";

/** Memory one session may hold unless its creator says otherwise: leaves a 128 MiB isolate room for codecs. */
export const DEFAULT_MEMORY_BUDGET_BYTES = 96 * 2 ** 20;

/** Most memory a session may be given: addresses stay in 31 bits. */
export const MAX_MEMORY_BUDGET_BYTES = 2 ** 31 - 65_536;

/** @throws EngineError `invalid_input` for a budget that is not a number of bytes within bounds */
export function assertMemoryBudget(bytes: number): void {
  if (!Number.isInteger(bytes) || bytes < 65_536 || bytes > MAX_MEMORY_BUDGET_BYTES) {
    throw new EngineError(
      "invalid_input",
      `memoryBudgetBytes is ${bytes}; it must be a whole number from 65536 to ${MAX_MEMORY_BUDGET_BYTES}.`,
    );
  }
}

/** What a plan or a model would need, and what there is. */
export function createBudgetError(neededBytes: number, budgetBytes: number, cause?: unknown): EngineError {
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return new EngineError(
    "memory_budget_exceeded",
    `This needs ${mebibytes(neededBytes)} and ${mebibytes(budgetBytes)} are allowed; use a smaller image or raise memoryBudgetBytes.`,
    cause,
  );
}
