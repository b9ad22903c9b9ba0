import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ServeError } from "./serve-error.ts";

let built: Promise<unknown> | undefined;

/**
 * Makes what visitors' browsers run models with, once per process; the Worker's bundle takes it from there.
 *
 * @throws ServeError `worker_failed`
 */
export async function buildBrowserFiles(): Promise<void> {
  const script = fileURLToPath(new URL("../../scripts/build-browser.mjs", import.meta.url));
  built ??= promisify(execFile)(process.execPath, [script]);
  try {
    await built;
  } catch (cause) {
    built = undefined;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServeError("worker_failed", `What browsers run models with cannot be built: ${reason}`, cause);
  }
}
