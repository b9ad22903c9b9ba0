import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as tf from "@tensorflow/tfjs";
// Importing it registers the stock WASM backend.
import "@tensorflow/tfjs-backend-wasm";
import type { TrainingKernels } from "@unpaired/engine/training-kernels";
import { BackendError } from "../../errors.ts";
import { createContext, type StockWasmBackend } from "./context.ts";
import { registerWasmKernels } from "./register.ts";

/** Builds of the training kernels, the fastest first. */
const builds = ["@unpaired/engine/training.relaxed.wasm", "@unpaired/engine/training.wasm"];

const prepared = new WeakSet<object>();

/**
 * Makes tfjs's WASM backend, completed by this project's training kernels, the current one of this thread.
 *
 * @throws BackendError `backend_unavailable` when WebAssembly with SIMD is missing, or the kernels were not built
 */
export async function initializeWasmBackend(): Promise<void> {
  // tfjs greets Node users with an advertisement for another package except in production.
  tf.enableProdMode();
  // The kernels share the memory of the single-threaded binary.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  if (!(await tf.setBackend("wasm"))) {
    throw new BackendError("tfjs's WASM backend did not start; use the cpu backend.", {
      code: "backend_unavailable",
    });
  }
  await tf.ready();
  const backend = tf.backend() as unknown as StockWasmBackend;
  if (prepared.has(backend)) return;
  const module = await compileSupportedBuild();
  const instance = await WebAssembly.instantiate(module, { env: { memory: backend.wasm.asm.memory } });
  registerWasmKernels(createContext(backend, instance.exports as unknown as TrainingKernels));
  prepared.add(backend);
}

async function compileSupportedBuild(): Promise<WebAssembly.Module> {
  const { resolve } = createRequire(import.meta.url);
  for (const build of builds) {
    const bytes = await readFile(resolve(build)).catch((cause: unknown) => {
      throw new BackendError(
        "The training kernels are not built; run pnpm --filter @unpaired/engine build:wasm.",
        {
          code: "backend_unavailable",
          cause,
        },
      );
    });
    if (WebAssembly.validate(bytes)) return WebAssembly.compile(bytes);
  }
  throw new BackendError("This JavaScript engine has no WebAssembly SIMD; use the cpu backend.", {
    code: "backend_unavailable",
  });
}
