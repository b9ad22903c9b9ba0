import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDataSet } from "./open-data-set.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "single-"));
  for (const [name, width] of [
    ["b", 24],
    ["a", 40],
    ["c", 32],
  ] as const) {
    const data = Uint8Array.from({ length: width * 24 * 3 }, (_, index) => Math.floor(index / 3) % width);
    await sharp(data, { raw: { width, height: 24, channels: 3 } })
      .png()
      .toFile(join(directory, `${name}.png`));
  }
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const sizes = { mode: "single", loadSizePixels: 24, cropSizePixels: 16 } as const;

describe("a single data set", () => {
  it("answers every picture once, in order of names, whole and of its own shape", async () => {
    const dataSet = await openDataSet({ ...sizes, directory, preprocess: "none" });
    expect([dataSet.mode, dataSet.stepsPerEpoch]).toEqual(["single", 3]);
    const seen = [];
    for (let step = 0; step < dataSet.stepsPerEpoch; step++) {
      const { images, files } = await dataSet.batch(step);
      seen.push([basename(files[0]!), ...images.shape]);
    }
    expect(seen).toEqual([
      ["a.png", 1, 24, 40, 3],
      ["b.png", 1, 24, 24, 3],
      ["c.png", 1, 24, 32, 3],
    ]);
    expect(() => dataSet.batch(3)).toThrow("from 0 to 2");
  });

  it("takes crops from the middle, mirrors nothing, and lets the last batch be small", async () => {
    const dataSet = await openDataSet({ ...sizes, directory, preprocess: "crop", batchSize: 2, channels: 1 });
    const [first, last] = [await dataSet.batch(0), await dataSet.batch(1)];
    expect([first.images.shape, last.images.shape]).toEqual([
      [2, 16, 16, 1],
      [1, 16, 16, 1],
    ]);
    // The middle 16 of 40 columns begin at 12, of 24 at 4, of 32 at 8.
    const begins = [first.images.data[0]!, first.images.data[256]!, last.images.data[0]!];
    expect(begins.map((value) => Math.round((value + 1) * 127.5))).toEqual([12, 4, 8]);
  });

  it("refuses a crop that a picture cannot fill, by name and with a cure", async () => {
    await expect(
      openDataSet({ ...sizes, directory, preprocess: "crop", cropSizePixels: 28 }),
    ).rejects.toMatchObject({
      code: "image_too_small",
      message: expect.stringMatching(/a\.png gives 40×24.*crop of 28.*resize_and_crop/),
    });
  });

  it("refuses a shape that scaling would blow up", async () => {
    await sharp({ create: { width: 8, height: 900_000, channels: 3, background: "#888" } })
      .png({ compressionLevel: 1 })
      .toFile(join(directory, "tower.png"));
    const dataSet = openDataSet({ ...sizes, directory, preprocess: "scale_width", loadSizePixels: 512 });
    await expect(dataSet).rejects.toMatchObject({ code: "image_too_large" });
  });
});
