import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, it } from "vitest";
import { listImages } from "../../data/index.ts";
import { listPairs } from "../../data/list-pairs.ts";
import { tableRecipe } from "./index.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "table-recipes-"));
});
afterEach(() => rm(directory, { recursive: true }));

const drawn = { size: 32, scenes: 4, holdout: 2 };
const watching = () => {
  const told: string[] = [];
  return {
    told,
    signal: new AbortController().signal,
    onProgress: (done: number, total: number) => void told.push(`${done}/${total}`),
  };
};

const meanColour = async (file: string) => (await sharp(file).stats()).channels.map(({ mean }) => mean);

it("paints every scene in the light its photo has, in lights of its own, and leaves what is there", async () => {
  const recipe = tableRecipe({ recipe: "paintings", ...drawn });
  const { told, ...rest } = watching();
  const folders = await recipe.prepare({ folder: directory, ...rest });
  expect(told.at(-1)).toBe(`${recipe.pictures}/${recipe.pictures}`);
  expect(await listImages(folders.testA)).toHaveLength(2);
  const { filesA, filesB } = await listPairs(folders.trainA, folders.trainB);
  const warmth: number[] = [];
  for (const [index, painting] of filesA.entries()) {
    const [colours, truth] = [await meanColour(painting), await meanColour(filesB[index]!)];
    for (const [channel, mean] of colours.entries()) expect(Math.abs(mean - truth[channel]!)).toBeLessThan(4);
    expect(await readFile(painting)).not.toEqual(await readFile(filesB[index]!));
    warmth.push(truth[0]! / truth[2]!);
  }
  expect(Math.max(...warmth) / Math.min(...warmth)).toBeGreaterThan(1.15);

  const { mtimeMs } = await stat(filesA[0]!);
  const lost = await readFile(filesA[1]!);
  await rm(filesA[1]!);
  await recipe.prepare({ folder: directory, ...rest });
  expect((await stat(filesA[0]!)).mtimeMs).toBe(mtimeMs);
  expect(await readFile(filesA[1]!)).toEqual(lost);
});

it("turns every scene upside down and nothing else", async () => {
  const recipe = tableRecipe({ recipe: "turned", ...drawn });
  const { told, ...rest } = watching();
  const folders = await recipe.prepare({ folder: directory, ...rest });
  expect(told.at(-1)).toBe(`${recipe.pictures}/${recipe.pictures}`);
  const { filesA, filesB } = await listPairs(folders.testA, folders.testB);
  for (const [index, upright] of filesA.entries()) {
    expect(await sharp(upright).removeAlpha().flip().raw().toBuffer()).toEqual(
      await sharp(filesB[index]!).removeAlpha().raw().toBuffer(),
    );
  }
});

it("takes two domains of any names for unpaired ones, and pairs only where every picture has its other half", async () => {
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: "teal" } })
    .png()
    .toBuffer();
  for (const [folder, name] of [
    ["trainA", "horse.png"],
    ["trainB", "zebra.png"],
    ["testA", "horse.png"],
    ["testB", "zebra.png"],
  ] as const) {
    await mkdir(join(directory, folder));
    await writeFile(join(directory, folder, name), picture);
  }
  const options = { data: directory, domains: { A: "horse", B: "zebra" } };
  const unpaired = tableRecipe({ recipe: "unpaired", ...options });
  expect(unpaired).toMatchObject({
    paired: false,
    domains: { A: "horse", B: "zebra" },
    data: { folder: directory },
  });
  await unpaired.check();
  const pairs = tableRecipe({ recipe: "pairs", ...options });
  expect(pairs.paired).toBe(true);
  await expect(pairs.check()).rejects.toMatchObject({ code: "pair_incomplete" });
  await rm(join(directory, "testB"), { recursive: true });
  await expect(unpaired.check()).rejects.toThrow(/testB.*does not exist/);
});
