import { availableParallelism } from "node:os";
import type { TensorflowVariant } from "./installation.ts";

/**
 * Settings TensorFlow reads from the environment, each unless the user has set it. They count only if they are there
 * before the library is loaded.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  // Off by default on CPUs older than Cascade Lake and on AMD's, where it is worth as much.
  TF_ENABLE_ONEDNN_OPTS: "1",
  // Keeps compiled convolutions instead of making them anew in each call.
  TF_MKL_OPTIMIZE_PRIMITIVE_MEMUSE: "false",
  // Leaves the GPU's memory to others until it is needed.
  TF_FORCE_GPU_ALLOW_GROWTH: "true",
  TF_CPP_MIN_LOG_LEVEL: "2",
};

/** Settings for CPUs alone: on a GPU some gradients have no deterministic form and would fail. */
const CPU_SETTINGS: Readonly<Record<string, string>> = { TF_DETERMINISTIC_OPS: "1" };

/**
 * Leaves each of several threads that compute with TensorFlow its share of the cores, unless the user has set
 * `TF_NUM_INTRAOP_THREADS`. It counts only before the library is loaded.
 */
export function shareCores(
  threads: number,
  cores: number = availableParallelism(),
  environment: Record<string, string | undefined> = process.env,
): void {
  environment.TF_NUM_INTRAOP_THREADS ??= String(Math.max(1, Math.floor(cores / threads)));
}

/** Fills in the settings that are missing. */
export function prepareEnvironment(
  variant: TensorflowVariant,
  environment: Record<string, string | undefined> = process.env,
): void {
  const settings = variant === "cpu" ? { ...SETTINGS, ...CPU_SETTINGS } : SETTINGS;
  for (const [name, value] of Object.entries(settings)) environment[name] ??= value;
}
