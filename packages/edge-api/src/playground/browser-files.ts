import { sha256Hex } from "../model-registry/sha256.ts";

/** Files a visitor's browser runs models with: both builds of the engine, and the playground's Web Worker. */
export const browserFileNames = ["inference.wasm", "inference.relaxed.wasm", "local-worker.js"] as const;

export type BrowserFileName = (typeof browserFileNames)[number];

export type BrowserFiles = Readonly<Record<BrowserFileName, ArrayBuffer | Uint8Array<ArrayBuffer>>>;

const builds = new WeakMap<BrowserFiles, Promise<string>>();

/** Names these very files: 32 hex digits of a hash over all of them, since they only fit each other. */
export function buildOf(files: BrowserFiles): Promise<string> {
  let build = builds.get(files);
  if (build === undefined) {
    build = hashAll(files);
    builds.set(files, build);
  }
  return build;
}

async function hashAll(files: BrowserFiles): Promise<string> {
  const hashes = await Promise.all(browserFileNames.map((name) => sha256Hex(new Uint8Array(files[name]))));
  return (await sha256Hex(new TextEncoder().encode(hashes.join()))).slice(0, 32);
}
