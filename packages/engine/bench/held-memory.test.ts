import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Enter } from "./hosts/entrant.ts";
import { enterNode } from "./hosts/node/enter.ts";
import { enterWorkerd } from "./hosts/workerd/enter.ts";
import { benchmarkModel, type modelNames } from "./models.ts";
import { drawPicture } from "./picture.ts";
import { writeModelFiles } from "./write-model-files.ts";

const root = await mkdtemp(join(tmpdir(), "held-memory-"));
afterAll(() => rm(root, { recursive: true, force: true }));

const MEGABYTE = 1e6;
const models: readonly (readonly [(typeof modelNames)[number], number])[] = [
  ["mobile16", 48],
  ["resnet16", 48],
  ["resnet64", 96],
];
const runtimes: readonly (readonly [string, Enter])[] = [
  ["Node", enterNode],
  ["workerd", enterWorkerd],
];

test.each(models)(
  "after 256×256 pixels %s holds at most %d MB in Node and in workerd",
  async (name, most) => {
    const folder = join(root, name);
    const { graphModel } = benchmarkModel(name).files();
    await writeModelFiles(folder, { graphModel, onnx: undefined }, drawPicture(256));
    const published = graphModel.weights.reduce((sum, { byteLength }) => sum + byteLength, 0);
    for (const [runtime, enter] of runtimes) {
      const entrant = await enter("engine", folder);
      try {
        await entrant.start();
        const { webAssembly, javaScript } = await entrant.memory();
        // The weights alone are a measure that nothing was overlooked.
        expect(webAssembly, runtime).toBeGreaterThan(published);
        expect(webAssembly + javaScript, runtime).toBeLessThanOrEqual(most * MEGABYTE);
      } finally {
        await entrant.close();
      }
    }
  },
);
