import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";
import { expect, test } from "vitest";

async function bundle(plugins: Plugin[] = [], entry = "index.ts") {
  const { outputFiles, warnings, metafile } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    metafile: true,
    write: false,
    plugins,
  });
  expect(warnings).toEqual([]);
  const imports = Object.values(metafile.outputs).flatMap(({ imports }) => imports);
  const gzippedBytes = gzipSync(outputFiles[0]!.contents, { level: 9 }).byteLength;
  // What is parsed and then dropped is not in the bundle.
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => inputs[path]!.bytesInOutput > 0),
  );
  return { imports, inputs, gzippedBytes };
}

/** Leaves out what is loaded when first used, as bundlers that split do. */
const split: Plugin = {
  name: "split",
  setup: ({ onResolve }) => {
    onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path, external: true } : undefined,
    );
  },
};

test("the client loads less than 6 kB gzipped, and the rest when it is first used", async () => {
  const { imports, gzippedBytes } = await bundle([split]);
  expect(imports.every(({ kind }) => kind === "dynamic-import")).toBe(true);
  expect([...new Set(imports.map(({ path }) => path))].sort()).toEqual([
    "./batch.ts",
    "./collect-stream.ts",
    "./decode-image.ts",
    "./download-image.ts",
    "./encode-image-data.ts",
    "./job-calls.ts",
    "./model-calls.ts",
    "./object-url.ts",
    "./upload-progress.ts",
  ]);
  expect(gzippedBytes).toBeLessThan(6000);
});

test("the client is one self-contained module where nothing is split, under 11 kB gzipped", async () => {
  const { imports, inputs, gzippedBytes } = await bundle();
  expect(imports).toEqual([]);
  expect(inputs.filter((path) => /node_modules|core\//.test(path))).toEqual([]);
  expect(gzippedBytes).toBeLessThan(11_000);
});

test("local mode takes the engine along and nothing else, under 26 kB gzipped", async () => {
  const { imports, inputs, gzippedBytes } = await bundle([], "local/index.ts");
  expect(imports).toEqual([]);
  expect(inputs.filter((path) => path.includes("node_modules"))).toEqual([]);
  expect(inputs.some((path) => path.includes("engine/src/"))).toBe(true);
  expect(gzippedBytes).toBeLessThan(26_000);
});
