import { execFile } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { type AdapterChoice, softwareFromEnvironment } from "./adapter.ts";

/** What this machine offers WebGPU. */
export type WebgpuDetection =
  | { readonly available: true; readonly description: string; readonly software: boolean }
  | { readonly available: false; readonly reason: string };

/** Options of {@link detectWebgpu}. */
export interface DetectOptions extends AdapterChoice {
  readonly timeoutMs?: number;
}

/**
 * Looks for a WebGPU adapter in a process of its own, so that a driver that crashes or hangs costs nothing but the
 * answer; never rejects.
 */
export async function detectWebgpu({
  software = softwareFromEnvironment(),
  timeoutMs = 20_000,
}: DetectOptions = {}): Promise<WebgpuDetection> {
  const extension = extname(import.meta.url);
  const program = fileURLToPath(new URL(`./probe${extension}`, import.meta.url));
  const flags = ["--experimental-strip-types", "--no-warnings"];
  const env = { ...process.env, UNPAIRED_WEBGPU_SOFTWARE: software ? "1" : "" };
  return new Promise((resolve) => {
    // What execFile throws at once, such as a lack of processes, is one more reason.
    try {
      execFile(process.execPath, [...flags, program], { env, timeout: timeoutMs }, (error, stdout) =>
        resolve(parseDetection(stdout) ?? { available: false, reason: describeEnd(error, timeoutMs) }),
      );
    } catch (error) {
      resolve({ available: false, reason: `Looking for a GPU failed: ${(error as Error).message}` });
    }
  });
}

/** The detection among what the probe wrote; libraries write to its output too. */
function parseDetection(stdout: string): WebgpuDetection | undefined {
  const line = stdout.trim().split("\n").at(-1) ?? "";
  try {
    const detection = JSON.parse(line) as WebgpuDetection;
    return typeof detection.available === "boolean" ? detection : undefined;
  } catch {
    return undefined;
  }
}

function describeEnd(
  error: (Error & { killed?: boolean; signal?: string | null }) | null,
  timeoutMs: number,
) {
  if (error?.killed) return `The graphics driver did not answer within ${timeoutMs / 1000} s.`;
  const end = error?.signal ? `ended with ${error.signal}` : "ended without an answer";
  return `Dawn ${end} while it looked for a GPU; update the graphics driver.`;
}
