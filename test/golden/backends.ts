import type { Tensor } from "@tensorflow/tfjs-core";
import type { TestContext } from "vitest";
import { type BackendDetection, detectBackend } from "../../packages/trainer/src/backend/detect.ts";
import { type BackendName, backendNames, selectBackend } from "../../packages/trainer/src/backend/select.ts";
import { detectWebgpu, initializeWebgpuBackend } from "../../packages/trainer/src/backend/webgpu/index.ts";

/** Every compute backend the numbers are held on. */
export const backends = backendNames;

type Found = BackendDetection & { readonly emulated?: boolean };

const found = new Map<BackendName, Promise<Found>>();

/**
 * Makes a backend the current one, or skips the test with the reason why it is not there.
 *
 * @param quick whether the test is short enough for an emulated GPU, which takes seconds to compile each shader
 */
export async function onBackend(
  context: TestContext,
  name: BackendName,
  { quick = false }: { quick?: boolean } = {},
): Promise<void> {
  if (!found.has(name)) found.set(name, detect(name));
  const detection = await found.get(name)!;
  if (!detection.available) {
    context.skip(detection.reason);
  } else if (!detection.emulated) {
    await selectBackend(name);
  } else if (quick) {
    await initializeWebgpuBackend({ software: true });
  } else {
    context.skip(
      "the only GPU is emulated and needs minutes for this; UNPAIRED_WEBGPU_SOFTWARE=1 gives it them",
    );
  }
}

async function detect(name: BackendName): Promise<Found> {
  const detection = await detectBackend(name);
  if (name !== "webgpu" || detection.available) return detection;
  const emulated = await detectWebgpu({ software: true });
  if (!emulated.available) return detection;
  return { ...emulated, gpu: true, hardware: false, emulated: true };
}

/** Copies named tensors off the backend and disposes them. */
export async function readAll(tensors: Readonly<Record<string, Tensor>>): Promise<Map<string, Float32Array>> {
  const values = new Map<string, Float32Array>();
  for (const [name, tensor] of Object.entries(tensors)) {
    values.set(name, Float32Array.from(await tensor.data()));
    tensor.dispose();
  }
  return values;
}
