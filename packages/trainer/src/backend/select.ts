import { availableParallelism } from "node:os";
import * as tf from "@tensorflow/tfjs";
import { BackendError } from "../errors.ts";
import { detectBackend, fastestBackend } from "./detect.ts";

/** Compute backends training runs on, in the order people should want them. */
export const backendNames = ["tensorflow", "webgpu", "wasm", "cpu"] as const;

export type BackendName = (typeof backendNames)[number];

/** Where to compute, as a user says it. */
export interface MachineChoice {
  readonly backend: BackendName | "auto";
  /** The most a backend can use by default. */
  readonly threads?: 1 | 2;
}

/** Where is computed. */
export interface Machine {
  readonly backend: BackendName;
  /** Threads that compute branches of a step; on a GPU one. */
  readonly threads: 1 | 2;
}

/**
 * Starts the backend that was asked for, or the fastest present, and makes it the current one of this thread.
 *
 * @throws BackendError `backend_unavailable` when it cannot start here, `one_thread` for threads it cannot use
 */
export async function openMachine({ backend: choice, threads }: MachineChoice): Promise<Machine> {
  const backend = choice === "auto" ? await fastestBackend() : choice;
  const gpu = await usesGpu(backend);
  if (threads === 2 && gpu) {
    throw new BackendError("A GPU computes for one thread; leave --threads out.", { code: "one_thread" });
  }
  const count = threads ?? (!gpu && availableParallelism() > 1 ? 2 : 1);
  if (backend === "tensorflow" && !gpu) (await import("./tensorflow/index.ts")).shareCores(count);
  await selectBackend(backend);
  return { backend, threads: count };
}

/** Whether a backend, where it starts at all, computes on a GPU. */
async function usesGpu(backend: BackendName): Promise<boolean> {
  if (backend !== "tensorflow") return backend === "webgpu";
  const found = await detectBackend(backend);
  return found.available && found.gpu;
}

/**
 * Makes a backend the current one of this thread.
 *
 * @throws BackendError `backend_unavailable` when it cannot start here
 */
export async function selectBackend(name: BackendName): Promise<void> {
  // Also keeps tfjs from greeting Node users with an advertisement.
  tf.enableProdMode();
  try {
    switch (name) {
      case "tensorflow":
        await (await import("./tensorflow/index.ts")).initializeTensorflowBackend();
        break;
      case "webgpu":
        await (await import("./webgpu/index.ts")).initializeWebgpuBackend();
        break;
      case "wasm":
        await (await import("./wasm/index.ts")).initializeWasmBackend();
        break;
      case "cpu":
        await tf.setBackend("cpu");
    }
    await tf.ready();
  } catch (cause) {
    if (cause instanceof BackendError) throw cause;
    throw new BackendError(
      `The ${name} backend did not start; choose another with --backend, or see what there is with: trainer doctor`,
      { code: "backend_unavailable", cause },
    );
  }
}
