import * as tf from "@tensorflow/tfjs";
import { BackendError } from "../errors.ts";

/** Compute backends training runs on. */
export const backendNames = ["wasm", "cpu"] as const;

export type BackendName = (typeof backendNames)[number];

/**
 * Makes a backend the current one of this thread.
 *
 * @throws BackendError `backend_unavailable` when it cannot start here
 */
export async function selectBackend(name: BackendName): Promise<void> {
  // Also keeps tfjs from greeting Node users with an advertisement.
  tf.enableProdMode();
  try {
    if (name === "wasm") {
      const { initializeWasmBackend } = await import("./wasm/index.ts");
      await initializeWasmBackend();
    } else await tf.setBackend(name);
    await tf.ready();
  } catch (cause) {
    throw new BackendError(`The ${name} backend did not start; choose another with --backend.`, {
      code: "backend_unavailable",
      cause,
    });
  }
}
