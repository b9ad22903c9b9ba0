import { dirname } from "node:path";
import { buildBrowserFiles } from "./build-browser-files.ts";
import { keepSignals } from "./keep-signals.ts";
import type { WritableBucket } from "./registry-copier.ts";
import { ServeError } from "./serve-error.ts";

/** The Worker in a local Workers runtime. */
export interface LocalWorker {
  readonly port: number;
  /** Its simulated `REGISTRY` bucket. */
  readonly registry: WritableBucket;
  close(): Promise<void>;
}

/**
 * Bundles the Worker and starts it in workerd on a free port of this machine, with empty, unsaved storage.
 *
 * @param configPath wrangler.jsonc
 * @param variables variables and secrets of the Worker; they win over files that may lie beside it
 * @throws ServeError `worker_failed`
 */
export async function startWorker(
  configPath: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<LocalWorker> {
  // Read when wrangler loads; it must neither report its use nor ask the network what it is for.
  process.env.WRANGLER_SEND_METRICS = "false";
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  process.env.WRANGLER_WRITE_LOGS = "false";
  await buildBrowserFiles();
  const { createTestHarness } = await keepSignals(() => import("wrangler"));
  const harness = createTestHarness({
    root: dirname(configPath),
    workers: [{ configPath, secrets: variables }],
  });
  try {
    const { url } = await keepSignals(() => harness.listen());
    const worker = harness.getWorker<{ REGISTRY: WritableBucket; JOBS_DB?: never }>();
    const { REGISTRY: registry, JOBS_DB: jobs } = await worker.getEnv();
    if (jobs !== undefined) await worker.applyD1Migrations("JOBS_DB");
    return { port: Number(url.port), registry, close: () => harness.close() };
  } catch (cause) {
    await harness.close();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServeError("worker_failed", `The Worker cannot start: ${reason}`, cause);
  }
}
