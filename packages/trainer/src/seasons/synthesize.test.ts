import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { synthesizeSeasons } from "./synthesize.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "seasons-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const small = { count: 3, size: 16, seed: 4, holdout: 2 };

async function pictures(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (name) => (await readFile(join(folder, name))).toString("base64")));
}

describe("synthesizeSeasons", () => {
  it("writes both domains from different scenes and held-out scenes in both seasons", async () => {
    const steps: number[] = [];
    const folders = await synthesizeSeasons({
      directory,
      ...small,
      onProgress: ({ done }) => steps.push(done),
    });
    expect(steps).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    expect(new Set([...(await pictures(folders.trainA)), ...(await pictures(folders.trainB))]).size).toBe(6);
    const names = await readdir(folders.testA);
    expect(names).toEqual(["00001.png", "00002.png"]);
    expect(await readdir(folders.testB)).toEqual(names);
    expect(await readdir(folders.testLabels)).toEqual(names);
    const { width, height, channels, format } = await sharp(join(folders.testB, "00001.png")).metadata();
    expect({ width, height, channels, format }).toEqual({
      width: 16,
      height: 16,
      channels: 3,
      format: "png",
    });
  });

  it("gives the same bytes for the same seed and others for another", async () => {
    const first = await synthesizeSeasons({ directory: join(directory, "first"), ...small });
    const second = await synthesizeSeasons({ directory: join(directory, "second"), ...small });
    const other = await synthesizeSeasons({ directory: join(directory, "other"), ...small, seed: 5 });
    expect(await pictures(second.trainB)).toEqual(await pictures(first.trainB));
    expect(await pictures(other.trainB)).not.toEqual(await pictures(first.trainB));
  });

  it("stops when told to and goes on from there, leaving finished pictures alone", async () => {
    const controller = new AbortController();
    const stopped = synthesizeSeasons({
      directory,
      ...small,
      signal: controller.signal,
      onProgress: ({ done }) => done === 4 && controller.abort(),
    });
    await expect(stopped).rejects.toThrow(/abort/i);
    const before = await stat(join(directory, "trainA", "00001.png"));
    const folders = await synthesizeSeasons({ directory, ...small });
    expect(await readdir(folders.trainB)).toHaveLength(3);
    expect((await stat(join(directory, "trainA", "00001.png"))).mtimeMs).toBe(before.mtimeMs);
    expect((await readdir(folders.trainA)).every((name) => name.endsWith(".png"))).toBe(true);
  });

  it("does not mix with what is already in the folder", async () => {
    await synthesizeSeasons({ directory, ...small });
    await expect(synthesizeSeasons({ directory, ...small, seed: 9 })).rejects.toMatchObject({
      code: "folder_in_use",
    });
    const foreign = join(directory, "trainA");
    await expect(synthesizeSeasons({ directory: foreign, ...small })).rejects.toThrow(foreign);
    const file = join(directory, "file");
    await writeFile(file, "not a folder");
    await expect(synthesizeSeasons({ directory: file, ...small })).rejects.toMatchObject({
      code: "folder_in_use",
    });
  });

  it.each([
    { count: 1, named: "count is 1" },
    { count: 2.5, named: "count is 2.5" },
    { size: 8, named: "size is 8" },
    { size: 1024, named: "size is 1024" },
    { seed: -3, named: "seed is -3" },
    { holdout: -1, named: "holdout is -1" },
  ])("refuses when the $named, before it writes anything", async ({ named, ...wrong }) => {
    const target = join(directory, "out");
    await expect(synthesizeSeasons({ directory: target, ...small, ...wrong })).rejects.toThrow(named);
    await expect(stat(target)).rejects.toThrow();
  });
});
