import { EngineError } from "../errors.ts";
import { createBudgetError } from "../plan/budget.ts";
import type { EngineBuild } from "../session-types.ts";
import type { EngineBinaries } from "./build.ts";
import type { Kernels } from "./kernels.ts";
import { PAGE_BYTES, type WasmBytes, webAssembly } from "./webassembly.ts";

/**
 * Compiles (where needed) and instantiates a build, with a memory of its own.
 *
 * @throws EngineError `invalid_model` when the binary is no inference build
 */
export async function instantiateKernels(
  { simd, relaxedSimd }: EngineBinaries,
  build: EngineBuild,
): Promise<Kernels> {
  const binary = build === "relaxed-simd" ? relaxedSimd : simd;
  try {
    const module = isBytes(binary) ? await webAssembly.compile(binary) : binary;
    const { exports } = await webAssembly.instantiate(module);
    return exports as Kernels;
  } catch (cause) {
    throw new EngineError(
      "invalid_model",
      "The engine's WebAssembly binary cannot be instantiated; build it again with `pnpm build:wasm`.",
      cause,
    );
  }
}

/**
 * Grows the kernels' memory to hold `bytes`, never beyond the budget.
 *
 * @throws EngineError `memory_budget_exceeded`
 */
export function ensureMemory({ memory }: Kernels, bytes: number, budgetBytes: number): void {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  if (pages * PAGE_BYTES > budgetBytes) throw createBudgetError(pages * PAGE_BYTES, budgetBytes);
  const missing = pages - memory.buffer.byteLength / PAGE_BYTES;
  if (missing <= 0) return;
  try {
    memory.grow(missing);
  } catch (cause) {
    throw createBudgetError(pages * PAGE_BYTES, memory.buffer.byteLength, cause);
  }
}

function isBytes(binary: object): binary is WasmBytes {
  return binary instanceof ArrayBuffer || ArrayBuffer.isView(binary);
}
