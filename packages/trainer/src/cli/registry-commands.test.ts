import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, initializeWeights, mobileResnetGenerator } from "@unpaired/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { writeModelDirectory } from "../models/model-directory.ts";
import { synthesizeProbes } from "../models/synthetic-probes.ts";
import { type S3Server, startS3Server } from "../publish/testing/s3-server.ts";
import { alignedTable } from "./aligned-table.ts";
import { runCli } from "./run-cli.ts";
import { createUploadProgress } from "./upload-progress.ts";

let directory: string;
let server: S3Server;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "registry-commands-"));
  const spec = mobileResnetGenerator({ filters: 2, blocks: 1 });
  await writeModelDirectory(join(directory, "model"), {
    method: "imported",
    source: { file: "latest_net_G.pth", sha256: "0".repeat(64) },
    sizePixels: 32,
    training: { backend: "pytorch", steps: 0, dataSet: "unknown", seed: 0 },
    directions: [
      {
        name: "a2b",
        from: "horse",
        to: "zebra",
        spec,
        weights: initializeWeights(spec, { random: createRandom(3) }),
        domainStatistics: [],
        probes: await synthesizeProbes({ count: 1, sizePixels: 32, seed: 4 }),
      },
    ],
  });
});
afterAll(() => rm(directory, { recursive: true }));

beforeEach(async () => {
  server = await startS3Server();
});
afterEach(() => server.close());

let milliseconds = 0;

async function run(
  args: string,
  { environment = server.environment, signal = new AbortController().signal } = {},
): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args.split(" "), {
    directory,
    signal,
    environment,
    // Each publish a second after the one before.
    now: () => new Date(Date.UTC(2026, 0, 2, 3, 4, 5) + 1000 * milliseconds++),
    print: (text) => void out.push(text),
    warn: (text) => void err.push(text),
    progress: { isTerminal: false, columns: 80, write: () => {}, nowMs: () => performance.now() },
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

const publish = "publish model --backend cpu";

test.each(["s3://models/mine", "folder"])("publish, list, roll back: %s", async (place) => {
  for (const flag of ["--to", "--registry"]) {
    const published = await run(`${publish} ${flag} ${place}`);
    expect(published, published.err).toMatchObject({ code: 0 });
    expect(published.out).toMatch(/^published horse2zebra \S+: \d+ KiB .*\nregistry: \S+(mine|folder)$/);
  }
  const listed = await run(`list --registry ${place}`);
  const [heading, newest, oldest, ...more] = listed.out.split("\n");
  expect(more).toEqual([]);
  expect(heading).toMatch(/^MODEL {8}VERSION +CURRENT +PUBLISHED +SIZE +METHOD +METRICS$/);
  expect(newest).toMatch(
    /^horse2zebra {2}\S+ {2}current {2}2026-01-02 03:04Z {2}\d+ KiB uint8 {2}imported {2}psnrQuantized \d+(\.\d+)?$/,
  );
  expect(oldest).toMatch(/^horse2zebra {2}\S+ {11}2026/);
  const [from, to] = [newest, oldest].map((line) => line!.split(/ +/)[1]!);

  const dry = await run(`rollback horse2zebra --registry ${place} --dry-run`);
  expect(dry.out).toBe(
    dry.out.match(new RegExp(`^.* would go ${from} → ${to} .*nothing was written\\.$`))?.[0],
  );
  const rolledBack = await run(`rollback horse2zebra --to ${place} --verify`);
  expect(rolledBack.out).toMatch(
    new RegExp(`^horse2zebra: ${from} → ${to} in .*hash compared\\)\\.\n.*2 seconds`),
  );
  const json = JSON.parse((await run(`list horse2zebra --registry ${place} --json`)).out);
  expect(json.models).toMatchObject([{ id: "horse2zebra", current: to, versions: [{}, { current: true }] }]);
  const again = await run(`rollback horse2zebra --registry ${place} --to-version ${to}`);
  expect(again.out).toMatch(/is at \S+ already/);
});

test("the files in a bucket are those in a folder", async () => {
  const frozen = milliseconds;
  await run(`${publish} --to s3://models/same`);
  milliseconds = frozen;
  await run(`${publish} --to same`);
  const keys = (await readdir(join(directory, "same"), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(directory, "same").length + 1));
  expect(keys.map((key) => `same/${key}`).sort()).toEqual([...server.objects.keys()].sort());
  for (const key of keys) {
    expect(
      Buffer.compare(await readFile(join(directory, "same", key)), server.objects.get(`same/${key}`)!),
    ).toBe(0);
  }
});

describe("what cannot be done gets one sentence", () => {
  const nothing: Record<string, string> = {};
  test.each<[string, number, RegExp, Record<string, string> | undefined]>([
    [`${publish} --to gs://models`, 2, /gs:\/\/models is no registry known here/, undefined],
    [`${publish} --to s3://models`, 2, /There are no credentials; set AWS_/, { AWS_REGION: "eu-west-1" }],
    ["list --registry r2://models", 2, /set CLOUDFLARE_ACCOUNT_ID/, nothing],
    ["list --registry s3://nowhere", 2, /no bucket nowhere/, undefined],
    ["list --registry s3://models --to folder", 2, /cannot be used with/, undefined],
    ["list zebra2horse --registry s3://models", 2, /has no model zebra2horse/, undefined],
    ["rollback zebra2horse --registry s3://models", 2, /has no model zebra2horse/, undefined],
    ["rollback ../up --registry s3://models", 2, /"\.\.\/up" cannot be/, undefined],
    ["rollback horse2zebra --registry s3://models --to-version V", 2, /"V" cannot be/, undefined],
  ])("trainer %s", async (args, exitCode, message, environment) => {
    const { code, err } = await run(args, environment && { environment });
    expect(err).toMatch(message);
    expect(code).toBe(exitCode);
    expect(err).not.toMatch(/\n +at /);
  });

  test("and exit code 1 when the command line is not to blame", async () => {
    server.fault = () => ({ kind: "status", status: 503 });
    const { code, err } = await run("list --registry s3://models");
    expect(err).toMatch(
      /^trainer: 127\.0\.0\.1:\d+ keeps answering 503 \(InternalError\); try again later\.$/,
    );
    expect(code).toBe(1);
  });
});

test("a bucket that is not there is told of before a model is verified", async () => {
  const { code, err } = await run(`${publish} --to s3://nowhere`);
  expect(err).toMatch(/no bucket nowhere/);
  expect(code).toBe(2);
  expect(server.requests).toHaveLength(1);
});

test("Ctrl-C while files go up ends cleanly and publishes nothing", async () => {
  const interruption = new AbortController();
  server.fault = ({ method }) => void (method === "PUT" && interruption.abort());
  const stopped = await run(`${publish} --to s3://models`, { signal: interruption.signal });
  expect(stopped).toMatchObject({ code: 0, out: "", err: expect.stringMatching(/^Stopped/) });
  expect([...server.objects.keys()].filter((key) => key.startsWith("models/"))).toEqual([]);
});

test("an upload is shown once it has taken two seconds", () => {
  let nowMs = 0;
  const shown: string[] = [];
  const write = (text: string) => void shown.push(text);
  const progress = createUploadProgress({ isTerminal: false, columns: 80, write, nowMs: () => nowMs });
  const totalBytes = 8 * 2 ** 20;
  progress.update({ doneBytes: 0, totalBytes });
  nowMs = 1_900;
  progress.update({ doneBytes: 2 ** 20, totalBytes });
  expect(shown).toEqual([]);
  nowMs = 4_000;
  progress.update({ doneBytes: 2 ** 21, totalBytes });
  expect(shown).toEqual(["Uploading  2048/8192 KiB · 512 KiB/s · 12 s left\n"]);
  progress.finish();
  expect(shown).toHaveLength(2);
});

test("a table's columns are aligned, and cells cannot steer the terminal", () => {
  expect(
    alignedTable(
      ["A", "B"],
      [
        ["1", "\x1b[31mred"],
        ["long", ""],
      ],
    ),
  ).toEqual(["A     B", "1     ?[31mred", "long"]);
});
