import * as tf from "@tensorflow/tfjs";
import { BackendError } from "../../errors.ts";
import { type AdapterChoice, openAdapter, openDevice } from "./adapter.ts";
import type { DawnBackend } from "./dawn-backend.ts";

export { type DetectOptions, detectWebgpu, type WebgpuDetection } from "./detect.ts";

/**
 * Makes tfjs's WebGPU backend over Dawn, completed by this project's kernels, the current one of this process. Its
 * tensors can only be read asynchronously.
 *
 * Works on one thread of a process: Dawn ends a process that starts it on the main thread and on another.
 *
 * @throws BackendError `backend_unavailable` when there is no adapter or its device did not start
 */
export async function initializeWebgpuBackend(choice: AdapterChoice = {}): Promise<void> {
  // tfjs greets Node users with an advertisement for another package except in production.
  tf.enableProdMode();
  const present = tf.findBackend("webgpu") as DawnBackend | null;
  if (!present || present.failure) {
    const backend = await startBackend(choice);
    if (present) tf.removeBackend("webgpu");
    tf.registerBackend("webgpu", () => backend);
  }
  if (!(await tf.setBackend("webgpu"))) {
    throw new BackendError("tfjs's WebGPU backend did not start; use another backend.", {
      code: "backend_unavailable",
    });
  }
  await tf.ready();
}

async function startBackend(choice: AdapterChoice): Promise<DawnBackend> {
  // Before the globals below: seeing them, tfjs would register a backend that opens its own device and fails to.
  const { DawnBackend } = await import("./dawn-backend.ts");
  const { registerWebgpuKernels } = await import("./register.ts");
  const { dawn, gpu, adapter } = await openAdapter(choice);
  const device = await openDevice(adapter).catch((cause: unknown) => {
    throw new BackendError(`The GPU ${adapter.info.device} gave no device; use another backend.`, {
      code: "backend_unavailable",
      cause,
    });
  });
  provideGlobals(dawn.globals, gpu);
  registerWebgpuKernels();
  return new DawnBackend(device, adapter.info);
}

/** Gives tfjs the globals a browser has. */
function provideGlobals(globals: Readonly<Record<string, unknown>>, gpu: GPU): void {
  Object.assign(globalThis, globals);
  if (!("navigator" in globalThis)) Object.defineProperty(globalThis, "navigator", { value: {} });
  Object.defineProperty(globalThis.navigator, "gpu", { value: gpu, configurable: true });
}
