import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readImage } from "../data/index.ts";
import { classColours } from "./classes.ts";
import { synthesizeSeasonsLabels } from "./synthesize-labels.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "seasons-labels-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const small = { count: 3, size: 16, seed: 4, holdout: 2 };

async function contents(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (name) => (await readFile(join(folder, name))).toString("base64")));
}

it("writes label maps in the class colours and photos under the same names, train and test apart", async () => {
  const folders = await synthesizeSeasonsLabels({ directory, ...small });
  expect(await readdir(folders.trainA)).toEqual(await readdir(folders.trainB));
  expect(await readdir(folders.testA)).toEqual(["00001.png", "00002.png"]);
  expect(await readdir(folders.testB)).toEqual(["00001.png", "00002.png"]);
  const all = [...(await contents(folders.trainA)), ...(await contents(folders.testA))];
  expect(new Set(all).size).toBe(5);
  const { data } = await readImage(join(folders.trainA, "00001.png"));
  const allowed = new Set(classColours.map((colour) => colour.join()));
  for (let pixel = 0; pixel < data.length; pixel += 3) {
    expect(allowed).toContain(data.slice(pixel, pixel + 3).join());
  }
});

it("gives the same bytes for the same seed, goes on where it was stopped, and takes no other's folder", async () => {
  const first = await synthesizeSeasonsLabels({ directory: join(directory, "first"), ...small });
  const controller = new AbortController();
  const options = { directory: join(directory, "second"), ...small };
  await expect(
    synthesizeSeasonsLabels({
      ...options,
      signal: controller.signal,
      onProgress: ({ done }) => done === 3 && controller.abort(),
    }),
  ).rejects.toThrow(/abort/i);
  const second = await synthesizeSeasonsLabels(options);
  expect(await contents(second.trainB)).toEqual(await contents(first.trainB));
  expect(await contents(second.testA)).toEqual(await contents(first.testA));
  await expect(synthesizeSeasonsLabels({ ...options, season: "winter" })).rejects.toMatchObject({
    code: "folder_in_use",
  });
});
