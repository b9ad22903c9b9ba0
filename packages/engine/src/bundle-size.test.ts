import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

const beside = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const MOST_BYTES = 150_000;

test("a Worker takes on less than 150 KB for the engine, even unminified", async () => {
  const { outputFiles } = await build({
    entryPoints: [beside("./index.ts")],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
  });
  const script = outputFiles[0]!.contents.byteLength;
  const builds = await Promise.all(
    ["inference.wasm", "inference.relaxed.wasm"].map((name) => stat(beside(`../build/${name}`))),
  );
  expect(script).toBeGreaterThan(10_000);
  expect(builds.reduce((sum, { size }) => sum + size, script)).toBeLessThan(MOST_BYTES);
});
