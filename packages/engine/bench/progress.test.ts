import { expect, test } from "vitest";
import { createProgress } from "./progress.ts";

/** What progress writes over two stages of 100 s each on a machine half as fast as planned. */
function written(isTTY: boolean): string[] {
  const lines: string[] = [];
  let seconds = 0;
  const target = { isTTY, write: (text: string) => lines.push(text) };
  const progress = createProgress({ seconds: 200, target, nowMs: () => seconds * 1000 });
  progress.stage("first", 100);
  seconds = 100;
  progress.advance(50);
  seconds = 200;
  progress.stage("second", 100);
  progress.clear();
  return lines;
}

test("a file gets a line per stage, with the time left at the measured pace", () => {
  expect(written(false)).toEqual([
    "0 %, 0 s, 3 min 20 s left: first\n",
    // (200 + 15) / (100 + 15) of the planned 100 s.
    "50 %, 3 min 20 s, 3 min 7 s left: second\n",
  ]);
});

test("a terminal gets one line rewritten, which goes away", () => {
  const lines = written(true);
  expect(lines).toHaveLength(4);
  expect(lines[1]).toContain("25 %, 1 min 40 s");
  expect(lines.every((line) => line.startsWith("\r\x1b[K") && !line.includes("\n"))).toBe(true);
  expect(lines.at(-1)).toBe("\r\x1b[K");
});
