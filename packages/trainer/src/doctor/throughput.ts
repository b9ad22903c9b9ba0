import { execFile } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import type { BackendName } from "../backend/select.ts";
import type { workloadFor } from "./workload.ts";

const throughputSchema = z.object({
  threads: z.int(),
  sizePixels: z.int(),
  filters: z.int(),
  blocks: z.int(),
  stepsPerSecond: z.number(),
  gmacPerSecond: z.number(),
});

/** What a backend reached. */
export type Throughput = z.infer<typeof throughputSchema>;

/** Options of {@link measureThroughput}. */
export interface MeasureOptions {
  readonly backend: BackendName;
  readonly seconds: number;
  readonly workload: Parameters<typeof workloadFor>[0];
  readonly signal?: AbortSignal;
}

/**
 * Trains for a few seconds in a process of its own, so that one backend's memory and threads do not weigh on the next.
 *
 * @returns what it reached, or why it did not
 */
export async function measureThroughput({
  backend,
  seconds,
  workload,
  signal,
}: MeasureOptions): Promise<Throughput | { readonly failure: string }> {
  const program = fileURLToPath(new URL(`./measure${extname(import.meta.url)}`, import.meta.url));
  const flags = ["--experimental-strip-types", "--no-warnings"];
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...flags, program, backend, String(seconds), workload],
      { timeout: (seconds + 120) * 1000, ...(signal && { signal }) },
    );
    return throughputSchema.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
  } catch (error) {
    signal?.throwIfAborted();
    const { stderr = "", message } = error as { stderr?: string; message: string };
    const named = /^\w*Error: (.*)$/m.exec(stderr)?.[1];
    return { failure: named ?? message.split("\n")[0]! };
  }
}
