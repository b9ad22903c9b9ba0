import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { JobBindings } from "../src/jobs/bindings.ts";
import { createRegistryCopier, type WritableBucket } from "../src/serve/registry-copier.ts";

/** What the Worker is bound to, as seen from outside. */
export type WorkerBindings = JobBindings & { readonly REGISTRY: WritableBucket };

/** The Worker with its jobs in a local Workers runtime. */
export interface ServedJobs extends AsyncDisposable {
  readonly url: string;
  readonly env: WorkerBindings;
  /** Brings the registry up to date with its folder. */
  publish(): Promise<void>;
  /** Has the Worker believe that its clock strikes. */
  sweep(atMs: number): Promise<void>;
}

/** wrangler.jsonc as it stands, read here because a test changes some of it. */
async function readWranglerConfig(): Promise<Record<string, unknown>> {
  const text = await readFile(new URL("../wrangler.jsonc", import.meta.url), "utf8");
  return JSON.parse(text.replaceAll(/^\s*\/\/.*$/gm, "")) as Record<string, unknown>;
}

/**
 * @param registry folder of published models
 * @param variables who may use the service
 * @param maxRetries how often a message is tried again before it is dead
 */
export async function serveJobs(
  registry: string,
  variables: Readonly<Record<string, string>> = { ACCESS: "open", RATE_LIMIT: "off" },
  maxRetries?: number,
): Promise<ServedJobs> {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const config = await readWranglerConfig();
  const queues = config.queues as { consumers: Record<string, unknown>[] };
  for (const consumer of queues.consumers) {
    consumer.max_batch_timeout = 0;
    if (maxRetries !== undefined && consumer.dead_letter_queue) consumer.max_retries = maxRetries;
  }
  // Read when wrangler loads.
  Object.assign(process.env, {
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_WRITE_LOGS: "false",
    WRANGLER_LOG: "error",
  });
  const { createTestHarness } = await import("wrangler");
  const harness = createTestHarness({ root, workers: [{ config: { ...config, vars: variables } as never }] });
  const { url } = await harness.listen();
  const worker = harness.getWorker<WorkerBindings>();
  await worker.applyD1Migrations("JOBS_DB" as never);
  const env = await worker.getEnv();
  const copier = createRegistryCopier(registry, env.REGISTRY);
  const publish = async () => void (await copier.copy());
  await publish();
  return {
    url: url.href.replace(/\/$/, ""),
    env,
    publish,
    sweep: async (atMs) =>
      void (await worker.scheduled({ cron: "*/10 * * * *", scheduledTime: new Date(atMs) })),
    [Symbol.asyncDispose]: () => harness.close(),
  };
}
