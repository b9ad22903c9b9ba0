import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { documentWhenReady } from "./chromium.ts";

/**
 * Runs a script, bundled, in a page of its own: it finds `given` in `#given`, and leaves JSON and `data-ready` in
 * `#results`, which is returned.
 *
 * @throws Error with what the page said went wrong
 */
export async function runInPage(
  executablePath: string,
  { entry, given }: { readonly entry: URL; readonly given: string },
): Promise<unknown> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
  });
  const folder = await mkdtemp(join(tmpdir(), "page-"));
  try {
    const page = join(folder, "page.html");
    await writeFile(
      page,
      `<!doctype html><meta charset="utf-8"><pre id="results"></pre>
<script type="text/plain" id="given">${given}</script>
<script type="module">${outputFiles[0]!.text.replaceAll("</script", "<\\/script")}</script>`,
    );
    const document = await documentWhenReady(executablePath, page);
    const [, results] = /<pre id="results"[^>]*>(.*?)<\/pre>/s.exec(document) ?? [];
    return JSON.parse(results!);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
