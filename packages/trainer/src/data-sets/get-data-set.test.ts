import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { catalog, type PublishedDataSet, sourceOfArchives } from "./catalog.ts";
import { type GetDataSetOptions, getDataSet } from "./get-data-set.ts";
import { type ArchiveServer, serveArchive } from "./testing/archive-server.ts";
import { zipOf } from "./testing/zip-of.ts";

const picture = new Uint8Array(50_000).map((_, index) => (index * 7) & 0xff);
const archive = await zipOf({ "tiny/trainA/1.jpg": picture, "tiny/trainB/2.jpg": picture.toReversed() });
const tiny: PublishedDataSet = {
  bytes: archive.length,
  sha256: createHash("sha256").update(archive).digest("hex"),
  domains: { A: "a", B: "b" },
  pictures: { trainA: 1, trainB: 1, testA: 0, testB: 0 },
};

let directory: string;
let server: ArchiveServer;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "unpaired-get-"));
  server = await serveArchive(archive, [{ kind: "break off", afterBytes: 300 }]);
});

afterEach(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

function get(options: Partial<GetDataSetOptions> = {}): Promise<string> {
  return getDataSet({
    name: "tiny",
    directory,
    dataSets: { tiny, kept: { ...tiny, withheld: "It may only be had elsewhere." } },
    mirror: server.folder,
    wait: async () => {},
    ...options,
  });
}

describe("getDataSet", () => {
  test("downloads, checks and unpacks a data set, and does so once", async () => {
    const out = await get();
    expect(out).toBe(join(directory, "tiny"));
    expect(new Uint8Array(await readFile(join(out, "trainA", "1.jpg")))).toEqual(picture);
    expect(await readdir(directory)).toEqual(["tiny"]);
    expect(await get()).toBe(out);
    expect(server.ranges).toEqual([null, "bytes=300-"]);
  });

  test("unpacks an archive that was brought by hand without asking any server", async () => {
    await get();
    await rm(join(directory, "tiny"), { recursive: true });
    await writeFile(join(directory, "tiny.zip"), archive);
    await get({ mirror: "http://127.0.0.1:9/" });
    expect(existsSync(join(directory, "tiny", "trainB", "2.jpg"))).toBe(true);
  });

  test("says why a data set cannot be had, and gets it from a mirror all the same", async () => {
    await expect(get({ name: "kept", mirror: undefined })).rejects.toMatchObject({
      code: "data_set_withheld",
      message: "It may only be had elsewhere.",
    });
    await get({ name: "kept" });
  });

  test("leaves alone what stands in the way", async () => {
    await mkdir(join(directory, "tiny"));
    await expect(get()).rejects.toMatchObject({ code: "folder_in_use" });
    expect(server.ranges).toEqual([]);
  });

  test.each([
    [{ name: "nothing" }, "unknown_data_set"],
    [{ name: "__proto__" }, "unknown_data_set"],
    [{ mirror: "somewhere" }, "invalid_mirror"],
    [{ mirror: "file:///etc" }, "invalid_mirror"],
  ])("refuses %j", async (options, code) => {
    await expect(get(options)).rejects.toMatchObject({ code });
  });

  test("knows every data set of the paper by a whole checksum", () => {
    expect(Object.keys(catalog).length).toBe(11);
    expect(new Set(Object.values(catalog).map(({ sha256 }) => sha256)).size).toBe(11);
    for (const { sha256, bytes } of Object.values(catalog)) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(bytes).toBeGreaterThan(30e6);
    }
    expect(URL.canParse(sourceOfArchives)).toBe(true);
  });
});
