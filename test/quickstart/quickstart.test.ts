import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { runQuickstart } from "./run-quickstart.ts";

test("the quickstart ends with its own figures and a picture, however short", async () => {
  const directory = await mkdtemp(join(tmpdir(), "quickstart-"));
  const printed: string[] = [];
  const shown: string[] = [];
  try {
    const result = await runQuickstart({
      machine: { backend: "wasm", threads: 2 },
      maxSteps: 3,
      context: {
        directory,
        signal: new AbortController().signal,
        now: () => new Date(),
        print: (text) => void printed.push(text),
        warn: () => {},
        progress: {
          isTerminal: false,
          columns: 80,
          write: (text) => void shown.push(text),
          nowMs: () => performance.now(),
        },
      },
    });
    expect(result!.figures.map(({ model }) => model)).toEqual(["summer2winter", "winter2summer"]);
    for (const { journeys, translatedL1, untranslatedL1 } of result!.figures) {
      expect(journeys).toHaveLength(16);
      // Summer and winter of one scene differ a lot; three steps teach nothing, but what comes out is a picture.
      expect(untranslatedL1).toBeGreaterThan(0.3);
      expect(translatedL1).toBeGreaterThan(0.1);
      expect(translatedL1).toBeLessThan(1.2);
    }
    const { width, height } = await sharp(result!.picture).metadata();
    expect(width).toBeGreaterThan(800);
    expect(height).toBeGreaterThan(1200);
    const text = printed.join("\n");
    for (const figure of result!.figures) expect(text).toContain(figure.translatedL1.toFixed(3));
    expect(text).toMatch(/quickstart\.png[\s\S]*pnpm serve[\s\S]*your own two folders/);
    expect(shown.join("")).toMatch(/Drawing seasons.*images\/s[\s\S]*Training.*3\/3 steps/);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
