import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { documentWhenReady, findChromium } from "@unpaired/engine/testing/chromium";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { describeEnvironment } from "../environment.ts";
import { FigureHistory } from "../history.ts";
import { reportPage } from "./page.ts";

const root = await mkdtemp(join(tmpdir(), "browser-"));
afterAll(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));

const browser = findChromium();
const skipped = browser ? "" : " (skipped: there is no Chromium)";

test.skipIf(!browser)(`a browser opens the report from disk, hostile names and all${skipped}`, async () => {
  const hostile = `"'><img src=x onerror="document.title='hacked'"></script><script>document.title="hacked"</script>`;
  const history = new FigureHistory();
  for (const step of [10, 20, 30]) {
    history.add({
      step,
      learningRate: 2e-4,
      stepsPerSecond: 5,
      residentBytes: 5e8,
      losses: { cycleA: step, [hostile]: 1 },
    });
  }
  const webp = await sharp({ create: { width: 4, height: 8, channels: 3, background: "#888" } })
    .webp()
    .toBuffer();
  const path = join(root, "report.html");
  const page = reportPage({
    name: hostile,
    place: hostile,
    state: "training",
    message: hostile,
    step: 30,
    totalSteps: 40,
    writtenMs: Date.UTC(2026, 0, 1),
    nextWriteMs: Date.UTC(2026, 0, 1, 0, 1),
    history,
    samples: [10, 20].map((step) => ({ step, webp, width: 4, height: 8 })),
    settings: { domains: { A: hostile, B: "zebra" }, [hostile]: hostile },
    environment: describeEnvironment({ backend: hostile, threads: 1 }),
  });
  await writeFile(path, page);
  const document = await documentWhenReady(browser!, path);
  // The script came to its end, and nothing else ran.
  expect(document).toContain('data-ready=""');
  expect(document).not.toMatch(/<title>hacked/);
  expect(document).not.toMatch(/<img src="x"/);
  // A run that should have written long ago may have been cut off.
  expect(document).toMatch(/<p class="state" id="state"><span>No news/);
  expect(document.match(/class="cursor" hidden/g)).toHaveLength(5);
  expect(document.match(/<button[^>]*class="copy"[^>]*hidden/g)).toBeNull();
});
