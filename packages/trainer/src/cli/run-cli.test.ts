import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { beforeEach, describe, expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cli-"));
});

async function run(
  args: readonly string[],
  signal = new AbortController().signal,
): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args, {
    directory,
    signal,
    now: () => new Date(0),
    print: (text) => void out.push(text),
    warn: (text) => void err.push(text),
    progress: { isTerminal: false, columns: 80, write: () => {}, nowMs: () => performance.now() },
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

test("--help names every command", async () => {
  const { code, out } = await run(["--help"]);
  expect(code).toBe(0);
  for (const command of [
    "start",
    "train",
    "resume",
    "translate",
    "evaluate",
    "train-segmenter",
    "import",
    "export",
    "publish",
    "rollback",
    "list",
    "data",
    "doctor",
    "tensorflow",
  ])
    expect(out).toContain(command);
});

describe("a bad command line gets one clear sentence and exit code 2", () => {
  test.each<[string[], RegExp]>([
    [["fly"], /unknown command 'fly'/],
    [["train", "--filters", "many"], /--filters.*'many'.*whole number from 2 to 512/],
    [["train", "--learning-rate", "7"], /number from 0 to 1/],
    [["train", "--backend", "abacus"], /abacus.*wasm, cpu/],
    [["train"], /Two folders of pictures are needed/],
    [["train", "--a", "x"], /Two folders of pictures are needed/],
    [["train", "--a", "x", "--b", "y", "--domains", "horse"], /--domains is "horse"/],
    [["train", "--a", "x", "--b", "y", "--filters", "5"], /generator\.filters/],
    [["train", "--config", "nowhere.json"], /nowhere\.json cannot be read/],
    [["train", "--a", "nowhere", "--b", "nowhere"], /nowhere/],
    [["resume", "runs/nothing"], /holds no training run/],
    [["publish", "runs/nothing"], /holds no training run/],
    [["translate", "runs/nothing", "x.png", "--out", "y.png"], /holds no training run/],
    [["data", "synthesize", "seasons"], /--out/],
    [["data", "synthesize", "seasons", "--out", "d", "--size", "9999"], /from 16 to 512/],
  ])("trainer %j", async (args, message) => {
    const { code, err } = await run(args);
    expect(code, err).toBe(2);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n +at /);
  });
});

test("Ctrl-C while drawing data ends cleanly, and the same command goes on", async () => {
  const args = [
    "data",
    "synthesize",
    "seasons",
    "--out",
    "d",
    "--count",
    "3",
    "--size",
    "16",
    "--holdout",
    "1",
  ];
  const interruption = new AbortController();
  interruption.abort();
  const stopped = await run(args, interruption.signal);
  expect(stopped.code).toBe(0);
  expect(stopped.err).toMatch(/^Stopped/);
  expect((await run(args)).out).toMatch(/seasons is in/);
});

test("a folder that cannot be used leaves no run behind", async () => {
  await writeFile(
    join(directory, "alone.png"),
    await sharp({ create: { width: 32, height: 32, channels: 3, background: "red" } })
      .png()
      .toBuffer(),
  );
  const { code, err } = await run(["train", "--a", ".", "--b", ".", "--name", "never"]);
  expect(code).toBe(2);
  expect(err).toMatch(/at least 2/);
  const again = await run(["resume", "runs/never"]);
  expect(again.err).toMatch(/holds no training run/);
});

test("doctor tells what there is, what would be taken and what would be faster", async () => {
  const { code, out } = await run(["doctor", "--seconds", "0"]);
  expect(code).toBe(0);
  for (const backend of ["tensorflow", "webgpu", "wasm", "cpu"]) expect(out).toContain(backend);
  expect(out).toMatch(/--backend auto takes (tensorflow|webgpu|wasm)\./);
  expect(out).toMatch(/→ (tensorflow|webgpu|wasm)/);
});
