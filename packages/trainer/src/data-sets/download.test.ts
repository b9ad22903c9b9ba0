import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DownloadOptions, download } from "./download.ts";
import { type ArchiveServer, type Misbehaviour, serveArchive } from "./testing/archive-server.ts";

const content = new Uint8Array(300_000).map((_, index) => (index * 31 + (index >> 8)) & 0xff);
const sha256 = createHash("sha256").update(content).digest("hex");

let folder: string;
let path: string;
let server: ArchiveServer | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "unpaired-download-"));
  path = join(folder, "sets", "set.zip");
});

afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true });
});

async function get(misbehaviours: readonly Misbehaviour[], options: DownloadOptions = {}): Promise<void> {
  server ??= await serveArchive(content, misbehaviours);
  const url = new URL("set.zip", server.folder);
  await download(
    path,
    { url, bytes: content.length, sha256 },
    { wait: async () => {}, stallMs: 300, ...options },
  );
}

async function expectWhole(): Promise<void> {
  expect(new Uint8Array(await readFile(path))).toEqual(content);
  expect(existsSync(`${path}.part`)).toBe(false);
}

describe("download", () => {
  test("brings the whole file and tells how far it is", async () => {
    const seen: number[] = [];
    await get([], { onProgress: (done) => seen.push(done) });
    await expectWhole();
    expect(seen.at(-1)).toBe(content.length);
    await get([]);
    expect(server!.ranges).toEqual([null]);
  });

  test("goes on behind what had come when the connection breaks off, again and again", async () => {
    await get([
      { kind: "break off", afterBytes: 100_000 },
      { kind: "break off", afterBytes: 50_000 },
      { kind: "stall", afterBytes: 50_000 },
    ]);
    await expectWhole();
    expect(server!.ranges).toEqual([null, "bytes=100000-", "bytes=150000-", "bytes=200000-"]);
  });

  test("goes on in another call from what an earlier one left", async () => {
    const stop = new AbortController();
    const first = get([{ kind: "stall", afterBytes: 120_000 }], {
      signal: stop.signal,
      stallMs: 60_000,
      onProgress: (done) => done >= 120_000 && stop.abort(new Error("stopped")),
    });
    await expect(first).rejects.toThrow("stopped");
    expect((await stat(`${path}.part`)).size).toBe(120_000);
    await get([]);
    await expectWhole();
    expect(server!.ranges).toEqual([null, "bytes=120000-"]);
  });

  test("starts over where the server knows no ranges", async () => {
    await get([{ kind: "break off", afterBytes: 1000 }, { kind: "no ranges" }]);
    await expectWhole();
  });

  test("waits out a server that is busy", async () => {
    const waits: number[] = [];
    await get(
      [
        { kind: "status", status: 503 },
        { kind: "status", status: 429 },
      ],
      {
        wait: async (ms) => void waits.push(ms),
      },
    );
    await expectWhole();
    expect(waits).toEqual([2000, 4000]);
  });

  test("gives up on a server that brings nothing, and says how to go on", async () => {
    const nothing = Array.from({ length: 9 }, () => ({ kind: "stall", afterBytes: 0 }) as const);
    await expect(get(nothing, { tries: 2, stallMs: 50 })).rejects.toMatchObject({
      code: "download_broken_off",
      message: expect.stringMatching(
        /broke off after 0 of 300000 bytes \(nothing came for 0.05 s\); run the same command again/,
      ),
    });
    expect(server!.ranges.length).toBe(2);
  });

  test.each([
    ["a missing file", [{ kind: "status", status: 404 }], "download_refused", /answered 404/],
    [
      "a false length",
      [{ kind: "claim", bytes: 299_999 }],
      "download_mismatch",
      /299999 bytes instead of 300000/,
    ],
    [
      "more than there should be",
      [{ kind: "go on", extraBytes: 10 }],
      "download_mismatch",
      /more than the 300000/,
    ],
    [
      "another range than asked for",
      [{ kind: "break off", afterBytes: 5 }, { kind: "wrong range" }],
      "download_mismatch",
      /the range bytes 6-299999\/300000/,
    ],
  ] as const)("refuses %s", async (_, misbehaviours, code, message) => {
    await expect(get(misbehaviours)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(existsSync(path)).toBe(false);
  });

  test("refuses another content of the same length and keeps none of it", async () => {
    server = await serveArchive(content.toReversed());
    await expect(get([])).rejects.toMatchObject({
      code: "download_mismatch",
      message: expect.stringContaining(sha256),
    });
    expect(existsSync(path)).toBe(false);
    expect(existsSync(`${path}.part`)).toBe(false);
  });

  test("replaces a damaged file that stands in its place", async () => {
    await get([]);
    await writeFile(path, content.toReversed());
    await get([]);
    await expectWhole();
  });

  test("says where nobody listens", async () => {
    server = await serveArchive(content);
    const { folder: gone } = server;
    await server.close();
    server = undefined;
    await expect(
      download(path, { url: new URL("set.zip", gone), bytes: 1, sha256 }, { tries: 1, wait: async () => {} }),
    ).rejects.toMatchObject({
      code: "download_broken_off",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });
});
