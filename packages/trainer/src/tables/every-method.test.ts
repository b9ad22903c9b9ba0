import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runTrainer } from "../checkpoint/test-bench.ts";
import { contestants } from "./contestants.ts";
import type { TableResult } from "./result.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "every-method-"));
});
afterAll(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));

test("every method but the cycle alone beats the untranslated input, both ways", {
  timeout: 400_000,
}, async () => {
  await runTrainer(
    directory,
    ...["table", "--methods", "all", "--steps", "100", "--size", "32", "--scenes", "24", "--holdout", "4"],
    ...["--segmenter-steps", "100", "--backend", "wasm", "--out", "every"],
  );
  const result: TableResult = JSON.parse(await readFile(join(directory, "every", "table.json"), "utf8"));
  for (const { number, rows } of result.tables.slice(0, 4)) {
    const accuracy = new Map(rows.map(({ name, last }) => [name, last![0]!.mean!]));
    const least = accuracy.get("untranslated")!;
    for (const [name, found] of accuracy) {
      if (name === "untranslated" || name === "cycle-alone") continue;
      // FastCUT's λ of 10 holds the input's patches for longer than this.
      const lead = name === "fastcut" ? 0 : 0.1;
      expect(found, `${name} in table ${number}`).toBeGreaterThan(least + lead);
    }
  }
  const compared = new Set(result.tables.slice(0, 4).flatMap(({ rows }) => rows.map(({ name }) => name)));
  expect([...compared]).toEqual(expect.arrayContaining(contestants.map(({ name }) => name)));
});
