import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createSession } from "../src/index.ts";
import { readEngineBinaries } from "../src/node.ts";
import { judge } from "./judge.ts";
import { benchmarkModel, type modelNames } from "./models.ts";
import { PHOTOGRAPHS, readPhotographs } from "./picture.ts";
import { deviation } from "./statistics.ts";

const missing = existsSync(PHOTOGRAPHS) ? "" : ` (skipped: there are no photographs in ${PHOTOGRAPHS})`;
const root = await mkdtemp(join(tmpdir(), "photographs-"));
afterAll(() => rm(root, { recursive: true, force: true }));

/** One of 255 steps of brightness, in the outputs' range [-1, 1]. */
const STEP = 2 / 255;
const models: readonly (typeof modelNames)[number][] = ["mobile16", "resnet16", "resnet64"];

test.skipIf(missing).each(models)(
  `%s, published, translates photographs as tfjs does${missing}`,
  async (name) => {
    const binaries = await readEngineBinaries();
    const files = benchmarkModel(name).files();
    const float = await createSession(files.graphModel, { binaries, arithmetic: "float" });
    const integer = await createSession(files.graphModel, { binaries, arithmetic: "integer" });
    const photographs = await readPhotographs(256, 4);
    expect(photographs).toHaveLength(4);
    for (const [index, { image }] of photographs.entries()) {
      const [exact, fast] = [await float.run(image), await integer.run(image)];
      const differences = [deviation(fast.data, exact.data)];
      if (index === 0) {
        const picture = photographs[0]!;
        const options = { model: benchmarkModel(name), files, picture, root, onCpu: name !== "resnet64" };
        const { output } = await judge(options);
        expect(deviation(exact.data, output.data).largest).toBeLessThan(1e-3);
        differences.push(deviation(fast.data, output.data));
      }
      for (const { mean, largest, psnrDb } of differences) {
        expect(mean).toBeLessThan(0.4 * STEP);
        expect(largest).toBeLessThan(4 * STEP);
        expect(psnrDb).toBeGreaterThan(45);
      }
    }
  },
  180_000,
);
