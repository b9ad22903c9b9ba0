import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mobileResnetGenerator } from "@unpaired/core";
import { build } from "esbuild";
import { afterAll, expect, test } from "vitest";
import { createSession } from "./index.ts";
import { readEngineBinaries } from "./node.ts";
import { documentWhenReady, findChromium } from "./testing/chromium.ts";
import { noiseImage, publish } from "./testing/models.ts";

const chromium = findChromium();
const skipped = chromium ? "" : " (skipped: there is no Chromium)";
const root = await mkdtemp(join(tmpdir(), "engine-browser-"));
afterAll(() => rm(root, { recursive: true, force: true }));

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
const binary = (name: string) => readFile(fileURLToPath(new URL(`../build/${name}`, import.meta.url)));

test.skipIf(!chromium)(
  `Chromium computes what Node does, from bytes and from modules${skipped}`,
  async () => {
    const files = publish(mobileResnetGenerator({ filters: 8, blocks: 2 }), { quantization: "uint8" });
    const given = {
      simd: base64(await binary("inference.wasm")),
      relaxedSimd: base64(await binary("inference.relaxed.wasm")),
      model: base64(files.model),
      weights: files.weights.map(base64),
    };
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL("./testing/browser-page.ts", import.meta.url))],
      bundle: true,
      write: false,
      format: "esm",
      target: "es2024",
    });
    const page = join(root, "page.html");
    await writeFile(
      page,
      `<!doctype html><meta charset="utf-8"><pre id="results"></pre>
<script type="application/json" id="given">${JSON.stringify(given)}</script>
<script type="module">${outputFiles[0]!.text.replaceAll("</script", "<\\/script")}</script>`,
    );
    const [, results] =
      /<pre id="results"[^>]*>(.*?)<\/pre>/s.exec(await documentWhenReady(chromium!, page)) ?? [];
    const { build: builtFor, ...outputs } = JSON.parse(results!) as Record<string, string>;
    expect(["simd", "relaxed-simd"]).toContain(builtFor);

    const binaries = await readEngineBinaries();
    for (const arithmetic of ["integer", "float"] as const) {
      const session = await createSession(files, { binaries, arithmetic });
      const { data } = await session.run(noiseImage(24, 16));
      for (const source of ["fromBytes", "fromModules"]) {
        const decoded = Buffer.from(outputs[`${source} ${arithmetic}`]!, "base64");
        const there = new Float32Array(Uint8Array.from(decoded).buffer);
        if (arithmetic === "integer") expect(there).toEqual(data);
        else there.forEach((value, index) => void expect(Math.abs(value - data[index]!)).toBeLessThan(1e-4));
      }
    }
  },
);
