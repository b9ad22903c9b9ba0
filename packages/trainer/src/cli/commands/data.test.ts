import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCli } from "../run-cli.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "data-command-"));
  await mkdir(join(directory, "pairs"));
  for (const name of ["one.png", "two.png"]) {
    await sharp({ create: { width: 160, height: 80, channels: 3, background: "teal" } }).toFile(
      join(directory, "pairs", name),
    );
  }
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function run(...args: readonly string[]) {
  const lines = { out: [] as string[], err: [] as string[], progress: [] as string[] };
  const code = await runCli(args, {
    directory,
    signal: new AbortController().signal,
    now: () => new Date(0),
    print: (text) => void lines.out.push(text),
    warn: (text) => void lines.err.push(text),
    progress: {
      isTerminal: false,
      columns: 80,
      write: (text) => void lines.progress.push(text),
      nowMs: () => performance.now(),
    },
  });
  return {
    code,
    out: lines.out.join("\n"),
    err: lines.err.join("\n"),
    progress: lines.progress.join(""),
  };
}

test("data split makes trainA and trainB, with progress, and refuses to do it twice", async () => {
  const { code, out, progress } = await run("data", "split", "pairs", "--out", "halves");
  expect(code).toBe(0);
  expect(out).toContain("2 pairs");
  expect(progress).toContain("2/2 images");
  for (const folder of ["trainA", "trainB"]) {
    expect(await readdir(join(directory, "halves", folder))).toEqual(["one.png", "two.png"]);
  }
  const again = await run("data", "split", "pairs", "--out", "halves");
  expect([again.code, again.err]).toEqual([2, expect.stringContaining("already holds something")]);
});

test("data inspect describes folders, and exits with 2 when a file in them is damaged", async () => {
  const whole = await run("data", "inspect", "pairs");
  expect(whole.code).toBe(0);
  expect(whole.out).toMatch(/2 pictures[\s\S]*160 wide, 80 high[\s\S]*side by side[\s\S]*--size 64/);
  await writeFile(join(directory, "pairs", "zero.png"), "");
  const damaged = await run("data", "inspect", "pairs", "pairs");
  expect(damaged.code).toBe(2);
  expect(damaged.out).toContain(join("pairs", "zero.png"));
  expect(damaged.err).toMatch(/^trainer: 2 files named above/);
  expect((await run("data", "inspect", "nowhere")).err).toMatch(/nowhere does not exist/);
});

test("data import says what is wrong with a folder, and lays out two of them without it", async () => {
  const pairs = await run("data", "import", "pairs");
  expect(pairs.code).toBe(0);
  expect(pairs.out).toMatch(
    /2 pictures[\s\S]*! 1 picture is there twice or nearly so[^\n]*two.png = [^\n]*one.png/,
  );
  expect((await run("data", "import", "pairs", "--out", "laid-out")).err).toContain("trainer data split");
  await run("data", "split", "pairs", "--out", "halves");
  const refused = await run("data", "import", "halves", "--out", "laid-out");
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("Only 1 usable pictures of A")]);
});

test("data get names what there is, and refuses a mirror that is no address", async () => {
  expect(await run("data", "get", "zebras")).toMatchObject({
    code: 2,
    err: expect.stringContaining("take one of apple2orange, cezanne2photo"),
  });
  expect(await run("data", "get", "maps", "--mirror", "maps.zip")).toMatchObject({
    code: 2,
    err: expect.stringContaining("is no address"),
  });
});
