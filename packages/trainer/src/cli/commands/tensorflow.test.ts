import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runCli } from "../run-cli.ts";

let directory: string;
let earlier: string | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cli-tensorflow-"));
  earlier = process.env.XDG_CACHE_HOME;
  process.env.XDG_CACHE_HOME = directory;
});
afterEach(async () => {
  if (earlier === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = earlier;
  await rm(directory, { recursive: true });
});

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(["tensorflow", ...args], {
    directory,
    signal: new AbortController().signal,
    now: () => new Date(0),
    print: (text) => void out.push(text),
    warn: (text) => void err.push(text),
    progress: { isTerminal: false, columns: 80, write: () => {}, nowMs: () => performance.now() },
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

it("tells that none is installed, and removes none", async () => {
  expect(await run("status")).toMatchObject({ code: 0, out: expect.stringContaining("is not installed") });
  expect(await run("remove")).toMatchObject({ code: 0, out: expect.stringContaining("There is none in") });
});

it("refuses --gpu and --cpu together in one sentence", async () => {
  const { code, err } = await run("install", "--gpu", "--cpu");
  expect(code).toBe(2);
  expect(err).toBe("trainer: --gpu and --cpu exclude each other; give one of them.");
});

it("explains every command", async () => {
  const { code, out } = await run("--help");
  expect(code).toBe(0);
  for (const command of ["install", "status", "remove"]) expect(out).toContain(command);
});
