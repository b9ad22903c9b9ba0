import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { AccessVariables } from "../access/access-settings.ts";
import { forwardPort } from "./forward-port.ts";
import { createRegistryCopier } from "./registry-copier.ts";
import { ServeError } from "./serve-error.ts";
import { startWorker } from "./start-worker.ts";

const REFRESH_MS = 1_000;

/** Options of {@link startServer}. */
export interface StartServerOptions {
  readonly registryDirectory: string;
  /** 0 takes any free port. */
  readonly port?: number;
  readonly host?: string;
  /** Who may use it; without this, everybody who reaches it, as often as they like. */
  readonly access?: AccessVariables;
  /** Told in a line what happens: new versions, failures. */
  readonly log?: (line: string) => void;
}

/** The Worker, serving. */
export interface RunningServer {
  /** Where it answers, without a trailing slash. */
  readonly url: string;
  /** Looks for newly published versions now instead of within a second. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Runs the Worker in a local Workers runtime over a registry directory, and picks up what is published there meanwhile.
 * Nothing is kept: the simulated bucket lives as long as the server.
 *
 * @throws ServeError `registry_empty`, `registry_unreadable`, `port_unavailable` or `worker_failed`
 */
export async function startServer({
  registryDirectory,
  port = 0,
  host = "127.0.0.1",
  access = { ACCESS: "open", RATE_LIMIT: "off" },
  log = () => {},
}: StartServerOptions): Promise<RunningServer> {
  await assertDirectory(registryDirectory);
  const worker = await startWorker(fileURLToPath(new URL("../../wrangler.jsonc", import.meta.url)), {
    // Empty rather than absent: what a file beside the Worker says must not count.
    ...{ ACCESS: "", API_KEYS: "", CORS_ORIGINS: "", RATE_LIMIT: "" },
    ...access,
  });
  try {
    const copier = createRegistryCopier(registryDirectory, worker.registry);
    await copier.copy();
    const forwarded = await listen({ host, port }, worker.port);
    const watch = watchRegistry(() => copier.copy(), log);
    const shownHost = host === "0.0.0.0" || host === "::" ? "localhost" : host;
    return {
      url: `http://${shownHost.includes(":") ? `[${shownHost}]` : shownHost}:${forwarded.port}`,
      refresh: watch.refresh,
      async close() {
        await watch.stop();
        await forwarded.close();
        await worker.close();
      },
    };
  } catch (error) {
    await worker.close();
    throw error;
  }
}

function watchRegistry(copy: () => Promise<string[]>, log: (line: string) => void) {
  let running: Promise<void> = Promise.resolve();
  async function once(): Promise<void> {
    for (const key of await copy()) {
      const id = /^models\/([^/]+)\/latest\.json$/.exec(key)?.[1];
      if (id !== undefined) log(`${id}: a new version is published and served`);
    }
  }
  // One copy at a time: the next one starts where the last one ended.
  const refresh = () => {
    const next = running.then(once, once);
    running = next.catch(() => {});
    return next;
  };
  let lastFailure = "";
  const timer = setInterval(() => {
    refresh().then(
      () => {
        lastFailure = "";
      },
      (error: Error) => {
        if (error.message !== lastFailure) log(error.message);
        lastFailure = error.message;
      },
    );
  }, REFRESH_MS);
  timer.unref();
  return {
    refresh,
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

async function assertDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new ServeError(
    "registry_empty",
    `There is no registry folder at ${directory}; publish a model there first.`,
  );
}

async function listen(address: { host: string; port: number }, target: number) {
  try {
    return await forwardPort(address, target);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new ServeError(
      "port_unavailable",
      `Cannot listen on ${address.host}:${address.port} (${reason}); choose another port or host.`,
      cause,
    );
  }
}
