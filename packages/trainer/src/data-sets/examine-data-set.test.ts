import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "@unpaired/core";
import sharp, { type Sharp } from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { examineDataSet } from "./examine-data-set.ts";
import { importDataSet } from "./import-data-set.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "unpaired-examine-"));
});

afterEach(() => rm(directory, { recursive: true }));

/** A picture of soft blobs, another one for each seed. */
function picture(seed: number, { width = 96, height = 96 } = {}): Sharp {
  const random = createRandom(seed);
  const small = Uint8Array.from({ length: 8 * 8 * 3 }, () => random.integer(256));
  return sharp(small, { raw: { width: 8, height: 8, channels: 3 } }).resize(width, height, { fit: "fill" });
}

async function put(path: string, image: Sharp): Promise<void> {
  await mkdir(join(directory, path, ".."), { recursive: true });
  await image.toFile(join(directory, path));
}

async function fill(folder: string, count: number, firstSeed: number, size = {}): Promise<void> {
  for (let index = 0; index < count; index++)
    await put(`${folder}/${index}.png`, picture(firstSeed + index, size));
}

const kindsOf = async () => (await examineDataSet(directory)).findings.map(({ kind }) => kind);
const importTo = async (out: string, holdout = 0.2) =>
  importDataSet({
    examination: await examineDataSet(directory),
    out: join(directory, out),
    holdout,
    seed: 1,
  });

describe("examineDataSet", () => {
  test("finds copies in another size and format, in and between train and test", async () => {
    await fill("trainA", 4, 1);
    await fill("trainB", 4, 100);
    await put("trainA/copy.jpg", picture(1).jpeg({ quality: 60 }));
    await put("testA/leak.webp", picture(2, { width: 200, height: 150 }).webp({ quality: 70 }));
    await put("trainB/both.jpg", picture(3).jpeg());
    const { findings } = await examineDataSet(directory);
    const told = (kind: string) => findings.find((finding) => finding.kind === kind);
    expect(told("duplicate")).toMatchObject({
      message: expect.stringMatching(/^1 picture is there twice.*trainA\/copy.jpg = trainA\/0.png/),
    });
    expect(told("leak")).toMatchObject({
      message: expect.stringContaining("trainA/1.png = testA/leak.webp"),
      leaveOut: [join(directory, "trainA", "1.png")],
    });
    expect(told("both domains")).toMatchObject({
      message: expect.stringContaining("trainB/both.jpg = trainA/2.png"),
      leaveOut: [],
    });
  });

  test("does not take flat pictures for copies of each other", async () => {
    await fill("trainA", 2, 1);
    for (const [index, background] of ["#808080", "#828282", "#86868a"].entries()) {
      await put(`trainB/${index}.png`, sharp({ create: { width: 64, height: 64, channels: 3, background } }));
    }
    expect(await kindsOf()).not.toContain("duplicate");
  });

  test("names damage, greys among colours, small pictures, near-empty and unequal domains", async () => {
    await fill("trainA", 30, 1, { width: 40, height: 40 });
    await fill("trainB", 2, 100);
    await put("trainA/grey.png", picture(50, { width: 40, height: 40 }).grayscale());
    await writeFile(join(directory, "trainB", "broken.jpg"), "no picture");
    const { findings } = await examineDataSet(directory);
    expect(findings.map(({ kind }) => kind)).toEqual([
      "damaged",
      "small",
      "colourless",
      "too few",
      "too few",
      "unequal",
    ]);
    expect(findings[0]!.leaveOut).toEqual([join(directory, "trainB", "broken.jpg")]);
    expect(findings.at(-1)!.message).toContain("31 pictures and the other 2");
  });

  test.each([
    [["trainA", "trainB", "testB"], "named", ["A train", "B train", "B test"]],
    [["summer", "winter"], "two folders", ["A train", "B train"]],
    [
      ["train/aerial", "train/map", "val/aerial", "val/map"],
      "two folders",
      ["A train", "B train", "A test", "B test"],
    ],
    [["train", "val"], "pairs", ["pairs train", "pairs test"]],
    [["."], "pairs", ["pairs train"]],
  ])("recognises %j as %s", async (folders, kind, expected) => {
    const size = kind === "pairs" ? { width: 160, height: 80 } : {};
    for (const [index, folder] of folders.entries()) await fill(folder, 2, index * 10, size);
    const { layout } = await examineDataSet(directory);
    expect(layout.kind).toBe(kind);
    expect(layout.folders.map(({ domain, split }) => `${domain} ${split}`)).toEqual(expected);
    expect(await kindsOf()).not.toContain("not pairs");
  });

  test("tells pairs from pictures that are none", async () => {
    await fill("train", 2, 1);
    expect(await kindsOf()).toContain("not pairs");
  });

  test("refuses a folder that is no data set", async () => {
    await fill("one", 2, 1);
    await expect(examineDataSet(directory)).rejects.toMatchObject({ code: "folder_empty" });
    await expect(examineDataSet(join(directory, "nowhere"))).rejects.toMatchObject({
      code: "folder_missing",
    });
  });
});

describe("importDataSet", () => {
  test("lays out two folders without what is wrong and puts some aside to test with", async () => {
    await fill("summer", 10, 1);
    await fill("winter", 11, 100);
    await put("summer/copy.jpg", picture(1).jpeg());
    await writeFile(join(directory, "winter", "broken.jpg"), "no picture");
    expect(await importTo("out")).toEqual({ trainA: 8, trainB: 9, testA: 2, testB: 2 });
    expect(await readdir(join(directory, "out", "trainA"))).not.toContain("copy.jpg");
    const original = await stat(
      join(directory, "summer", (await readdir(join(directory, "out", "testA")))[0]!),
    );
    expect(original.nlink).toBe(2);
  });

  test("keeps pairs of equal names together", async () => {
    await fill("train/aerial", 10, 1);
    await fill("train/map", 10, 100);
    await put("train/map/7.png", picture(103));
    await importTo("out");
    for (const split of ["train", "test"]) {
      const [a, b] = await Promise.all(
        ["A", "B"].map((domain) => readdir(join(directory, "out", `${split}${domain}`))),
      );
      expect(a).toEqual(b);
      expect(a).not.toContain("7.png");
    }
  });

  test("leaves nothing behind when it refuses", async () => {
    await fill("trainA", 2, 1);
    await fill("trainB", 2, 100);
    await put("trainB/1.png", picture(100));
    await expect(importTo("out")).rejects.toMatchObject({ code: "too_few_images" });
    expect(existsSync(join(directory, "out"))).toBe(false);
    await mkdir(join(directory, "out"));
    await expect(importTo("out")).rejects.toMatchObject({ code: "folder_in_use" });
  });
});
