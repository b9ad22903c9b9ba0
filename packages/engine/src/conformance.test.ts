import { readFile } from "node:fs/promises";
import { setBackend } from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { SUPPORTED_OPS } from "./graph-model/operations.ts";
import { createSession, type SessionOptions } from "./index.ts";
import type { ImageTensor } from "./session-types.ts";
import { everyBuild } from "./testing/builds.ts";
import { graphFiles } from "./testing/graph-files.ts";
import { largestDifference, noiseImage } from "./testing/models.ts";
import { opCases } from "./testing/op-cases/index.ts";
import { loadStock, runStock } from "./testing/stock-tfjs.ts";

const RUNS = 30;

/** Every way a session can compute, and how far from stock tfjs it may be. */
const ways: { name: string; options: SessionOptions; tolerance: (expected: ImageTensor) => number }[] = (
  await everyBuild()
).flatMap(([build, binaries]) => [
  { name: `float, ${build}`, options: { binaries, arithmetic: "float" }, tolerance: () => 1e-4 },
  {
    name: `integer, ${build}`,
    options: { binaries, arithmetic: "integer" },
    tolerance: (expected: ImageTensor) => 2e-3 * largestMagnitude(expected),
  },
]);

beforeAll(() => setBackend("cpu"));

test("every op the engine reads is tested below", () => {
  expect(Object.keys(opCases).toSorted()).toEqual([...SUPPORTED_OPS].toSorted());
});

test("every op the engine reads is documented", async () => {
  const page = await readFile(new URL("../../../docs/engine.md", import.meta.url), "utf8");
  const [table = ""] = /^## Supported ops$.*?^## /ms.exec(page) ?? [];
  const documented = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, op]) => op!);
  expect(documented.toSorted()).toEqual([...SUPPORTED_OPS].toSorted());
});

test.each(SUPPORTED_OPS)("%s computes what stock tfjs computes", async (op) => {
  await fc.assert(
    fc.asyncProperty(opCases[op]!, fc.nat(), async ({ nodes, constants, fixed, ...size }, seed) => {
      const { width, height, channels } = size;
      const files = graphFiles(nodes, constants, fixed ? size : { channels });
      const image = noiseImage(width, height, channels, seed);
      const stock = await loadStock(files);
      const expected = await runStock(stock, image);
      stock.dispose();
      expect([...nodes.map((node) => node.op), "Placeholder", "Const"]).toContain(op);
      for (const { name, options, tolerance } of ways) {
        const session = await createSession(files, options);
        const difference = largestDifference(await session.run(image), expected);
        session.dispose();
        expect(difference, name).toBeLessThanOrEqual(tolerance(expected));
      }
    }),
    { numRuns: RUNS, seed: 7 },
  );
});

function largestMagnitude({ data }: ImageTensor): number {
  return data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}
