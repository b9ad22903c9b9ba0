import { existsSync } from "node:fs";
import { findInstallation, type Surroundings } from "./installation.ts";

/** What this machine offers TensorFlow. */
export type TensorflowDetection =
  | { readonly available: true; readonly description: string; readonly gpu: boolean }
  | { readonly available: false; readonly reason: string };

/** Files by which an NVIDIA driver shows, the last under Windows' Linux. */
const DRIVER_FILES = ["/dev/nvidia0", "/dev/nvidiactl", "/dev/dxg"];

/** Whether a driver for NVIDIA GPUs is loaded. */
export function hasNvidiaDriver(exists: (path: string) => boolean = existsSync): boolean {
  return DRIVER_FILES.some(exists);
}

/** Options of {@link detectTensorflow}. */
export interface DetectOptions extends Surroundings {
  readonly exists?: (path: string) => boolean;
}

/** Looks for an installed TensorFlow without loading it; never rejects. */
export async function detectTensorflow(options: DetectOptions = {}): Promise<TensorflowDetection> {
  const found = findInstallation(options);
  if ("reason" in found) return { available: false, reason: found.reason };
  const gpu = found.variant === "gpu" && hasNvidiaDriver(options.exists);
  const where = gpu
    ? "on an NVIDIA GPU"
    : found.variant === "gpu"
      ? "for GPUs, on the CPU since no NVIDIA driver is loaded"
      : "on the CPU with oneDNN";
  return { available: true, description: `TensorFlow ${found.tensorflow} ${where}`, gpu };
}
