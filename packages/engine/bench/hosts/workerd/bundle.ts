import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { ContestantName } from "../../contestants/contestant.ts";

/** A Worker's modules by name: one script and the WebAssembly it imports. */
export interface WorkerModules {
  readonly script: string;
  readonly webAssembly: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

const { resolve } = createRequire(import.meta.url);
const beside = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const engineBinaries = ["../../../build/inference.wasm", "../../../build/inference.relaxed.wasm"].map(beside);

const workers: Readonly<Record<ContestantName, { entry: string; binaries: readonly string[] }>> = {
  engine: { entry: "./engine-worker.ts", binaries: engineBinaries },
  engineFloat: { entry: "./engine-float-worker.ts", binaries: engineBinaries },
  onnxruntime: {
    entry: "./onnxruntime-worker.ts",
    binaries: [resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm")],
  },
  tfjs: {
    entry: "./tfjs-worker.ts",
    binaries: [resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm")],
  },
};

/** Bundles the Worker of one contestant. */
export async function bundleWorker(contestant: ContestantName): Promise<WorkerModules> {
  const { entry, binaries } = workers[contestant];
  const { outputFiles } = await build({
    entryPoints: [beside(entry)],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    platform: "browser",
    conditions: ["workerd", "browser", "import"],
    external: ["*.wasm"],
    logLevel: "error",
  });
  const webAssembly = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const path of binaries) webAssembly.set(basename(path), Uint8Array.from(await readFile(path)));
  return { script: outputFiles[0]!.text, webAssembly };
}
