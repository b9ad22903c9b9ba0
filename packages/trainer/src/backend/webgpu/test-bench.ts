import { detectWebgpu, initializeWebgpuBackend, type WebgpuDetection } from "./index.ts";

/** The GPU of this machine, or else a software adapter, or the reason why there is neither. */
export async function adapterForTests(): Promise<WebgpuDetection> {
  const gpu = await detectWebgpu({ software: false });
  return gpu.available ? gpu : detectWebgpu({ software: true });
}

/** Starts the backend on what {@link adapterForTests} found. */
export async function startForTests(adapter: WebgpuDetection): Promise<void> {
  await initializeWebgpuBackend({ software: adapter.available && adapter.software });
}
