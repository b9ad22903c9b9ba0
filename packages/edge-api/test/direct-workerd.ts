import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Miniflare } from "miniflare";
import { createRegistryCopier } from "../src/serve/registry-copier.ts";
import { childProcesses } from "./child-processes.ts";

/** A Worker's bundle: module contents by name. */
export type WorkerBundle = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** The Worker in workerd with nothing between its socket and its callers. */
export interface DirectWorkerd {
  /** Where it answers, without a trailing slash. */
  readonly url: string;
  /** Of the workerd process; undefined where the platform does not tell. */
  readonly processId: number | undefined;
  /** Bytes its isolate accounts for. */
  isolateMemory(): Promise<{ readonly heldBytes: number; readonly peakBytes: number }>;
  close(): Promise<void>;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const NAME = "unpaired";
const MODULE_TYPES: Readonly<Record<string, "esm" | "wasm" | "text">> = {
  js: "esm",
  wasm: "wasm",
  html: "text",
};

/** Bundles the Worker as deploying does, with `measured-worker.ts` around it. */
export async function bundleMeasuredWorker(): Promise<WorkerBundle> {
  const output = await mkdtemp(join(tmpdir(), "unpaired-bundle-"));
  try {
    const words = ["deploy", here("measured-worker.ts"), "--dry-run", "--outdir", output];
    await promisify(execFile)(
      process.execPath,
      [here("../node_modules/wrangler/bin/wrangler.js"), ...words],
      {
        cwd: here(".."),
        env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" },
      },
    );
    const names = (await readdir(output)).filter((name) => !/\.(map|md)$/.test(name));
    return new Map(
      await Promise.all(
        names.map(async (name) => [name, Uint8Array.from(await readFile(join(output, name)))] as const),
      ),
    );
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

/**
 * Starts a fresh isolate over a registry directory, open to everybody. Unlike wrangler's own server it passes on that a
 * caller hung up.
 */
export async function startDirectWorkerd(
  bundle: WorkerBundle,
  registryDirectory: string,
): Promise<DirectWorkerd> {
  const before = await childProcesses();
  // Read when Miniflare starts the process.
  process.env.MINIFLARE_WORKERD_V8_FLAGS = "--expose-gc";
  const miniflare = new Miniflare({
    cf: false,
    telemetry: { enabled: false },
    workers: [
      {
        config: {
          name: NAME,
          compatibilityDate: "2026-08-04",
          compatibilityFlags: ["enable_request_signal"],
          manifest: {
            mainModule: "measured-worker.js",
            modules: Object.fromEntries(
              [...bundle].map(([name, contents]) => {
                const type = MODULE_TYPES[name.split(".").pop()!] ?? "text";
                return [
                  name,
                  { type, contents: type === "wasm" ? contents : new TextDecoder().decode(contents) },
                ];
              }),
            ),
          },
          env: {
            REGISTRY: { type: "r2", name: "registry" },
            ACCESS: { type: "text", value: "open" },
            RATE_LIMIT: { type: "text", value: "off" },
          },
        },
        dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] },
      },
    ],
  });
  try {
    const bucket = await miniflare.getR2Bucket("REGISTRY", NAME);
    await createRegistryCopier(registryDirectory, bucket as never).copy();
    const url = (await miniflare.unsafeGetDirectURL(NAME)).origin;
    return {
      url,
      processId: (await childProcesses()).find((id) => !before.includes(id)),
      isolateMemory: async () =>
        (await (await fetch(`${url}/isolate-memory`)).json()) as { heldBytes: number; peakBytes: number },
      close: () => miniflare.dispose(),
    };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}
