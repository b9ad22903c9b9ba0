import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Miniflare, Response } from "miniflare";
import type { ContestantName } from "../../contestants/contestant.ts";
import type { Enter, HeldMemory } from "../entrant.ts";
import { decodeImage } from "../image-bytes.ts";
import { bundleWorker, type WorkerModules } from "./bundle.ts";

const bundles = new Map<ContestantName, Promise<WorkerModules>>();

/** Runs a contestant in a workerd process of its own, as a Worker that gets all its WebAssembly by import. */
export const enterWorkerd: Enter = async (contestant, folder) => {
  const bundle = bundles.get(contestant) ?? bundleWorker(contestant);
  bundles.set(contestant, bundle);
  const { script, webAssembly } = await bundle;
  const miniflare = new Miniflare({
    cf: false,
    telemetry: { enabled: false },
    workers: [
      {
        config: {
          name: contestant.toLowerCase(),
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

  async function ask(command: string) {
    const response = await miniflare.dispatchFetch(`http://worker/${command}`);
    if (!response.ok) throw new Error(await response.text());
    return response;
  }
  const milliseconds = async (command: string) => ((await (await ask(command)).json()) as { ms: number }).ms;

  return {
    start: () => milliseconds("start"),
    run: () => milliseconds("run"),
    output: async () => decodeImage(new Uint8Array(await (await ask("output")).arrayBuffer())),
    memory: async () => (await (await ask("memory")).json()) as HeldMemory,
    close: () => miniflare.dispose(),
  };
};
