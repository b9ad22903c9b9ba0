import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Miniflare, Response } from "miniflare";
import type { ContestantName } from "../../contestants/contestant.ts";
import { bundleWorker, type WorkerModules } from "./bundle.ts";

/** A contestant's Worker in a workerd process of its own. */
export interface StartedWorker {
  readonly miniflare: Miniflare;
  /**
   * Gives the Worker a command and returns all it answers.
   *
   * @throws Error with what the Worker says went wrong
   */
  ask(command: string): Promise<Uint8Array<ArrayBuffer>>;
}

const bundles = new Map<ContestantName, Promise<WorkerModules>>();

/**
 * Starts workerd with a contestant's Worker, which gets all its WebAssembly by import and the model's files by request.
 *
 * @param inspected whether DevTools may connect
 */
export async function startWorker(
  contestant: ContestantName,
  folder: string,
  { inspected = false } = {},
): Promise<StartedWorker> {
  const bundle = bundles.get(contestant) ?? bundleWorker(contestant);
  bundles.set(contestant, bundle);
  const { script, webAssembly } = await bundle;
  const miniflare = new Miniflare({
    cf: false,
    telemetry: { enabled: false },
    ...(inspected && { inspectorPort: 0 }),
    workers: [
      {
        config: {
          name: workerName(contestant),
          compatibilityDate: "2026-08-04",
          // With `process` in sight the other libraries' loaders take themselves to be in Node.
          compatibilityFlags: ["no_nodejs_compat"],
          manifest: {
            mainModule: "worker.js",
            modules: {
              "worker.js": { type: "esm", contents: script },
              ...Object.fromEntries(
                [...webAssembly].map(([name, contents]) => [name, { type: "wasm" as const, contents }]),
              ),
            },
          },
          env: {
            FILES: {
              type: "fetcher",
              async handler({ url }) {
                const file = await readFile(join(folder, basename(new URL(url).pathname))).catch(() => null);
                return new Response(file, { status: file ? 200 : 404 });
              },
            },
          },
        },
      },
    ],
  });
  return {
    miniflare,
    async ask(command) {
      const response = await miniflare.dispatchFetch(`http://worker/${command}`);
      if (!response.ok) throw new Error(await response.text());
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}

/** What a contestant's Worker is called; workerd wants lower case. */
export function workerName(contestant: ContestantName): string {
  return contestant.toLowerCase();
}

/** Reads what a Worker answers in JSON. */
export function parseAnswer<T>(answer: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(answer)) as T;
}
