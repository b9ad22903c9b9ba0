import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type OnResolveArgs, type Plugin } from "esbuild";

/** `sdk-copy.ts` is the whole package once more, as two versions of it on one page would be. */
const copied: Plugin = {
  name: "copy",
  setup: ({ onResolve, onLoad }) => {
    const namespace = "copy";
    const toCopy = ({ path, resolveDir }: OnResolveArgs) => ({ path: resolve(resolveDir, path), namespace });
    onResolve({ filter: /\/sdk-copy\.ts$/ }, toCopy);
    onResolve({ filter: /^\./, namespace }, toCopy);
    onLoad({ filter: /./, namespace }, async ({ path }) => ({
      contents: await readFile(path, "utf8"),
      loader: "ts",
      resolveDir: dirname(path),
    }));
  },
};

/** The behaviours and what runs them, as one ES module without imports. */
export async function bundleBehaviours(entry: "process" | "page" | "worker"): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`./run-in-${entry}.ts`, import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2024",
    plugins: [copied],
  });
  return outputFiles[0]!.text;
}
