/** Makes what visitors' browsers run models with: the engine's WebAssembly, and the playground's Web Worker in one file. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const beside = (path) => fileURLToPath(new URL(path, import.meta.url));
const engine = beside("../../engine/build");
const folder = beside("../build/browser");

async function readWasm(name) {
  const read = () => readFile(`${engine}/${name}`);
  return read().catch(async () => {
    // A fresh clone that is deployed before anything else was run.
    await import("../../engine/scripts/build-wasm.mjs");
    return read();
  });
}

async function bundleWorker() {
  const { outputFiles } = await build({
    entryPoints: [beside("../src/playground/local-worker.ts")],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
  });
  return Buffer.from(outputFiles[0].contents);
}

/** Renamed into place, so that whoever builds or reads at the same time sees a whole file. */
async function write(name, bytes) {
  const path = `${folder}/${name}.bin`;
  const before = await readFile(path).catch(() => undefined);
  if (before?.equals(bytes)) return;
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, bytes);
  await rename(unfinished, path);
}

await mkdir(folder, { recursive: true });
// One after the other: only one of them may have to build the engine.
for (const name of ["inference.wasm", "inference.relaxed.wasm"]) await write(name, await readWasm(name));
await write("local-worker.js", await bundleWorker());
