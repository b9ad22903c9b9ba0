import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { mobileResnetGenerator } from "@unpaired/core";
import { expect, test } from "vitest";
import { createSession } from "./index.ts";
import { readEngineBinaries } from "./node.ts";
import { findChromium } from "./testing/chromium.ts";
import { noiseImage, publish } from "./testing/models.ts";
import { runInPage } from "./testing/run-in-page.ts";

const chromium = findChromium();
const skipped = chromium ? "" : " (skipped: there is no Chromium)";

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
    const results = await runInPage(chromium!, {
      entry: new URL("./testing/browser-page.ts", import.meta.url),
      given: JSON.stringify(given),
    });
    const { build: builtFor, ...outputs } = results as Record<string, string>;
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
