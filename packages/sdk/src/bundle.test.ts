import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

test("the client is one self-contained module for any platform, under 6 kB gzipped", async () => {
  const { outputFiles, warnings, metafile } = await build({
    entryPoints: [fileURLToPath(new URL("index.ts", import.meta.url))],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    metafile: true,
    write: false,
  });
  expect(warnings).toEqual([]);
  expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
  expect(Object.keys(metafile.inputs).filter((path) => /node_modules|core\//.test(path))).toEqual([]);
  expect(gzipSync(outputFiles[0]!.contents, { level: 9 }).byteLength).toBeLessThan(6000);
});
