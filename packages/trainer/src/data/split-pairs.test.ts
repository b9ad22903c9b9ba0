import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openAlignedDataSet } from "./aligned.ts";
import { splitPairs } from "./split-pairs.ts";

let root: string;
let directory: string;
let out: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "split-"));
  directory = join(root, "pairs");
  out = join(root, "out");
  await mkdir(directory);
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function savePairs(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const data = Uint8Array.from({ length: 40 * 20 * 3 }, (_, at) => (at * (7 + index)) % 256);
    await sharp(data, { raw: { width: 40, height: 20, channels: 3 } }).toFile(
      join(directory, `${index}.png`),
    );
  }
}

describe("splitPairs", () => {
  it("makes two folders that train exactly like the pictures they came from", async () => {
    await savePairs(3);
    const done: number[] = [];
    const { trainA, trainB, count } = await splitPairs({
      directory,
      out,
      onProgress: (progress) => done.push(progress.done),
    });
    expect([count, done]).toEqual([3, [0, 1, 2, 3]]);
    expect((await readdir(out)).sort()).toEqual(["trainA", "trainB"]);
    const settings = { loadSizePixels: 24, cropSizePixels: 16, seed: 1 };
    const before = await openAlignedDataSet({ directory, ...settings });
    const after = await openAlignedDataSet({ directoryA: trainA, directoryB: trainB, ...settings });
    for (let step = 0; step < 6; step++) expect(await after.batch(step)).toEqual(await before.batch(step));
  });

  it("keeps 16 bits", async () => {
    const values = Uint16Array.from({ length: 40 * 20 * 3 }, (_, index) => (index * 4099) % 65536);
    await sharp(values, { raw: { width: 40, height: 20, channels: 3 } })
      .toColourspace("rgb16")
      .toFile(join(directory, "deep.png"));
    const { trainB } = await splitPairs({ directory, out });
    const { data } = await sharp(join(trainB, "deep.png"))
      .toColourspace("rgb16")
      .raw({ depth: "ushort" })
      .toBuffer({ resolveWithObject: true });
    const first = new Uint16Array(Uint8Array.from(data).buffer).subarray(0, 60);
    expect(first).toEqual(values.subarray(60, 120));
  });

  it("leaves nothing behind when a picture is damaged or the user stops it", async () => {
    await savePairs(3);
    const noise = await sharp(Buffer.alloc(3 * 80 * 40, 7), { raw: { width: 80, height: 40, channels: 3 } })
      .png()
      .toBuffer();
    await writeFile(join(directory, "9.png"), noise.subarray(0, noise.length - 30));
    await expect(splitPairs({ directory, out })).rejects.toMatchObject({
      code: "undecodable_image",
      message: expect.stringContaining("9.png"),
    });
    expect(await readdir(out)).toEqual([]);
    await rm(join(directory, "9.png"));
    const stop = new AbortController();
    const stopped = splitPairs({
      directory,
      out,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    expect(await readdir(out)).toEqual([]);
    expect((await splitPairs({ directory, out })).count).toBe(3);
  });

  it("touches no folder that is in use, and gives no two pictures one name", async () => {
    await savePairs(1);
    await mkdir(join(out, "trainB"), { recursive: true });
    await writeFile(join(out, "trainB", "notes.txt"), "mine");
    await expect(splitPairs({ directory, out })).rejects.toMatchObject({ code: "folder_in_use" });
    expect(await readdir(join(out, "trainB"))).toEqual(["notes.txt"]);
    await sharp(join(directory, "0.png")).webp().toFile(join(directory, "0.webp"));
    await expect(splitPairs({ directory, out: join(root, "new") })).rejects.toThrow(/would get one name/);
  });
});
