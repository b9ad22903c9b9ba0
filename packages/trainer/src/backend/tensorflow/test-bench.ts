import { detectTensorflow } from "./detect.ts";

/** Why tests that need TensorFlow are skipped here, or undefined where they run. */
export async function missingTensorflow(): Promise<string | undefined> {
  const found = await detectTensorflow();
  return found.available ? undefined : found.reason;
}
