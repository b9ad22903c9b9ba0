import * as tf from "@tensorflow/tfjs";
import { BackendError } from "../../errors.ts";
import { loadBinding } from "./load-binding.ts";
import { createNodeBackend } from "./node-backend.ts";
import { createOperations } from "./operations.ts";
import { registerTensorflowKernels } from "./register.ts";

export { detectTensorflow, type TensorflowDetection } from "./detect.ts";
export { shareCores } from "./environment.ts";

const NAME = "tensorflow";

/**
 * Makes the installed TensorFlow, completed by this project's kernels, the current tfjs backend of this thread; every thread
 * has its own. It computes with threads of its own, as many as there are cores (`TF_NUM_INTRAOP_THREADS`).
 *
 * @throws BackendError `backend_unavailable` when none is installed or it does not load
 */
export async function initializeTensorflowBackend(): Promise<void> {
  // tfjs greets Node users with an advertisement for another package except in production.
  tf.enableProdMode();
  if (!tf.findBackend(NAME)) {
    const backend = createNodeBackend(loadBinding());
    tf.registerBackend(NAME, () => backend, 3);
    registerTensorflowKernels(createOperations(backend));
  }
  if (!(await tf.setBackend(NAME))) {
    throw new BackendError("tfjs did not accept the tensorflow backend; use --backend wasm.", {
      code: "backend_unavailable",
    });
  }
  await tf.ready();
}
