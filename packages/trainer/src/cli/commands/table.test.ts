import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listCheckpoints } from "../../checkpoint/checkpoint-files.ts";
import { runTrainer, startTrainer } from "../../checkpoint/test-bench.ts";
import type { TableResult } from "../../tables/result.ts";
import { runCli } from "../run-cli.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "table-"));
});
afterAll(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));

const toy = [
  ...["table", "--steps", "20", "--size", "32", "--methods", "cyclegan,simgan", "--scenes", "6"],
  ...["--holdout", "3", "--segmenter-steps", "20", "--backend", "wasm", "--threads", "1"],
];

/** Hashes of what a table must come to however often it was stopped. */
async function outcomeOf(folder: string): Promise<Record<string, string>> {
  const outcome: Record<string, string> = {};
  for (const path of (await readdir(folder, { recursive: true })).sort()) {
    if (!/table\.json$|report\.html$|evaluations.*\.json$|\.safetensors$|\.partial$/.test(path)) continue;
    outcome[path] = createHash("sha256")
      .update(await readFile(join(folder, path)))
      .digest("hex");
  }
  return outcome;
}

test("a table killed in its midst goes on, trains nothing twice and ends in the same bytes; CycleGAN learns", {
  timeout: 240_000,
}, async () => {
  const said = await runTrainer(directory, ...toy, "--out", "whole");
  expect(said).toMatch(/Table 2\. FCN scores, labels → photo/);
  expect(said).toMatch(/Table 5\. Ablation: classification, photo → labels/);

  const killed = startTrainer(directory, [...toy, "--out", "killed"]);
  const checkpointsOf = (run: string) => join(directory, "killed", "runs", run, "checkpoints");
  let ended = false;
  killed.ended.then(() => {
    ended = true;
  });
  while (!ended && (await listCheckpoints(checkpointsOf("simgan-seed1"))).length === 0) await setTimeout(5);
  killed.process.kill("SIGKILL");
  expect(await killed.ended, killed.said()).toBe("SIGKILL");
  const [finished] = await listCheckpoints(checkpointsOf("cyclegan-seed1"));
  const [cutOff] = await listCheckpoints(checkpointsOf("simgan-seed1"));
  expect([finished!.step, cutOff!.step < 20]).toEqual([20, true]);
  const { mtimeMs } = await stat(finished!.path);
  expect(await runTrainer(directory, ...toy, "--out", "killed")).toMatch(/Going on with/);
  expect((await stat(finished!.path)).mtimeMs).toBe(mtimeMs);
  expect(await outcomeOf(join(directory, "killed"))).toEqual(await outcomeOf(join(directory, "whole")));

  const result: TableResult = JSON.parse(await readFile(join(directory, "whole", "table.json"), "utf8"));
  for (const { number, rows } of result.tables.slice(0, 2)) {
    const accuracy = (name: string) => rows.find((row) => row.name === name)!.last![0]!.mean!;
    expect(accuracy("cyclegan"), `table ${number}`).toBeGreaterThan(accuracy("untranslated") + 0.1);
  }
  expect(result.tables[0]!.rows.map(({ name }) => name)).toContain("real");
  const page = await readFile(join(directory, "whole", "report.html"), "utf8");
  // Input, two methods and the truth, of three pictures, both ways.
  expect(page.match(/<img /g)).toHaveLength(2 * 4 * 3);
});

test("two domains of a user's own are compared without a truth nobody knows", async () => {
  await runTrainer(
    directory,
    ...["table", "--recipe", "unpaired", "--data", "whole/data", "--domains", "horse,zebra", "--out", "own"],
    ...[
      "--methods",
      "cyclegan-identity,cut",
      "--steps",
      "4",
      "--size",
      "32",
      "--backend",
      "wasm",
      "--threads",
      "1",
    ],
  );
  const result: TableResult = JSON.parse(await readFile(join(directory, "own", "table.json"), "utf8"));
  expect(result.tables.map(({ title }) => title)).toEqual([
    "Shape, cycle and domain, horse → zebra",
    "Shape, cycle and domain, zebra → horse",
  ]);
  expect(result.runs.map(({ name, identityWeight }) => [name, identityWeight])).toEqual([
    ["cut-a2b-seed1", undefined],
    ["cut-b2a-seed1", undefined],
    ["cyclegan-identity-seed1", 0.5],
  ]);
  const page = await readFile(join(directory, "own", "report.html"), "utf8");
  expect(page).not.toContain("Truth");
  expect(page.match(/<img /g)).toHaveLength(2 * 3 * 3);
});

test("gets one clear sentence and exit code 2", async () => {
  await mkdir(join(directory, "taken"));
  await writeFile(join(directory, "taken", "letter.txt"), "dear");
  const cases: [string[], RegExp][] = [
    [["--methods", "soup"], /"soup" is no method of the tables; choose of all, cyclegan/],
    [["--size", "48"], /--size is 48; give a multiple of 32/],
    [["--out", "taken"], /taken holds something else; give another --out/],
    [["--out", "whole"], /whole holds a table of another setting \(sizePixels: 32, not 64\)/],
    [["--data", "x"], /seasons-labels draws its data; leave --data out/],
    [["--recipe", "maps"], /maps compares on your pictures; name their folder with --data/],
    [["--recipe", "maps", "--data", "nowhere"], /nowhere.*does not exist/],
    [["--recipe", "maps", "--data", "nowhere", "--scenes", "4"], /--scenes is for drawn data/],
    [["--recipe", "soup"], /Allowed choices are seasons-labels, turned, paintings, maps, pairs, unpaired/],
    [
      ["--recipe", "turned", "--segmenter-steps", "4"],
      /--segmenter-steps is for seasons-labels; leave it out/,
    ],
    [["--domains", "a,b"], /seasons-labels draws its data; leave --domains out/],
    [["--recipe", "pairs", "--data", "x", "--domains", "horse"], /--domains is "horse"; give two names/],
    [
      ["--recipe", "unpaired", "--data", "x", "--methods", "all"],
      /pix2pix learns from pairs, and --recipe unpaired has none/,
    ],
  ];
  for (const [args, message] of cases) {
    const errors: string[] = [];
    const code = await runCli(["table", "--backend", "wasm", ...args], {
      directory,
      signal: new AbortController().signal,
      now: () => new Date("2026-01-02T03:04:05Z"),
      print: () => {},
      warn: (text) => void errors.push(text),
      progress: { isTerminal: false, columns: 80, write: () => {}, nowMs: () => performance.now() },
    });
    expect(code, errors.join()).toBe(2);
    expect(errors.join("\n")).toMatch(message);
  }
  expect(await readdir(directory)).not.toContain("tables");
});
