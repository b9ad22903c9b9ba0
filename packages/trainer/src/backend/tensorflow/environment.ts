/**
 * Settings TensorFlow reads from the environment, each unless the user has set it. They count only if they are there
 * before the library is loaded.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  // Off by default on CPUs older than Cascade Lake and on AMD's, where it is worth as much.
  TF_ENABLE_ONEDNN_OPTS: "1",
  // Keeps compiled convolutions instead of making them anew in each call.
  TF_MKL_OPTIMIZE_PRIMITIVE_MEMUSE: "false",
  // A resumed run must get the same bits as one that was never stopped.
  TF_DETERMINISTIC_OPS: "1",
  // Leaves the GPU's memory to others until it is needed.
  TF_FORCE_GPU_ALLOW_GROWTH: "true",
  TF_CPP_MIN_LOG_LEVEL: "2",
};

/** Fills in the settings that are missing. */
export function prepareEnvironment(environment: Record<string, string | undefined> = process.env): void {
  for (const [name, value] of Object.entries(SETTINGS)) environment[name] ??= value;
}
