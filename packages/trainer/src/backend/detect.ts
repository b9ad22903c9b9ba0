import type { BackendName } from "./select.ts";

/** What this machine offers a backend. */
export type BackendDetection =
  | {
      readonly available: true;
      readonly description: string;
      /** Computes on a GPU. */
      readonly gpu: boolean;
      /** A real device rather than one emulated in software, which is slower than any other backend. */
      readonly hardware: boolean;
    }
  | { readonly available: false; readonly reason: string };

/** Looks for what a backend needs, without starting it in this process. */
export async function detectBackend(name: BackendName): Promise<BackendDetection> {
  switch (name) {
    case "tensorflow": {
      const { detectTensorflow } = await import("./tensorflow/index.ts");
      const found = await detectTensorflow();
      return found.available ? { ...found, hardware: true } : found;
    }
    case "webgpu": {
      const { detectWebgpu } = await import("./webgpu/index.ts");
      const found = await detectWebgpu();
      if (!found.available) return found;
      return { available: true, description: found.description, gpu: true, hardware: !found.software };
    }
    case "wasm":
      return {
        available: true,
        description: "WebAssembly with this project's kernels",
        gpu: false,
        hardware: true,
      };
    case "cpu":
      return { available: true, description: "plain JavaScript, for debugging", gpu: false, hardware: true };
  }
}

/** The fastest backend present: a GPU under TensorFlow, any GPU, TensorFlow on the CPU, WebAssembly. */
export async function fastestBackend(
  detect: (name: BackendName) => Promise<BackendDetection> = detectBackend,
): Promise<BackendName> {
  const tensorflow = await detect("tensorflow");
  if (tensorflow.available && tensorflow.gpu) return "tensorflow";
  const webgpu = await detect("webgpu");
  if (webgpu.available && webgpu.hardware) return "webgpu";
  return tensorflow.available ? "tensorflow" : "wasm";
}
