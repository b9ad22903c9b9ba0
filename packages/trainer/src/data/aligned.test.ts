import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ImageBatch } from "../training/image-batch.ts";
import { openAlignedDataSet } from "./aligned.ts";
import { AlignedPlan } from "./aligned-plan.ts";

let root: string;
let directoryA: string;
let directoryB: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "aligned-"));
  directoryA = join(root, "A");
  directoryB = join(root, "B");
  for (const directory of [directoryA, directoryB]) await mkdir(directory);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const sizes = { loadSizePixels: 20, cropSizePixels: 16, seed: 3 };
const separate = (more = {}) => openAlignedDataSet({ directoryA, directoryB, ...sizes, ...more });

/** A picture whose red and green say where a pixel is, and whose blue says which picture it is. */
function mapped(blue: number, width = 20, height = 20): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, index) => {
    const at = Math.floor(index / 3);
    return [(at % width) * 10, Math.floor(at / width) * 10, blue][index % 3]!;
  });
}

async function save(file: string, data: Uint8Array, width: number, height: number): Promise<void> {
  await sharp(data, { raw: { width, height, channels: 3 } }).toFile(file);
}

async function fillSeparate(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    await save(join(directoryA, `${index}.png`), mapped(index), 20, 20);
    await save(join(directoryB, `${index}.webp`), mapped(100 + index), 20, 20);
  }
}

/** The pixel values of a batch's corner, 0–255. */
function corner({ data }: ImageBatch): number[] {
  return [...data.subarray(0, 3)].map((value) => Math.round((value + 1) * 127.5));
}

describe("openAlignedDataSet", () => {
  it("gives both sides of a pair one crop and flip, from two folders of equal names", async () => {
    await fillSeparate(5);
    await Promise.all([0, 1, 2, 3, 4].map((index) => rm(join(directoryB, `${index}.webp`))));
    for (let index = 0; index < 5; index++) {
      await save(join(directoryB, `${index}.png`), mapped(100 + index), 20, 20);
    }
    const dataSet = await separate();
    expect([dataSet.mode, dataSet.epochLength, dataSet.stepsPerEpoch]).toEqual(["aligned", 5, 5]);
    const plan = new AlignedPlan({
      ...sizes,
      preprocess: "resize_and_crop",
      multipleOf: 4,
      flip: true,
      batchSize: 1,
      sizes: Array(5).fill({ width: 20, height: 20 }),
    });
    for (let step = 0; step < 10; step++) {
      const { A, B, epoch } = await dataSet.batch(step);
      const { index, crop } = plan.step(step).A[0]!;
      expect(epoch).toBe(Math.floor(step / 5));
      const left = crop.flip ? crop.left + 15 : crop.left;
      expect(corner(A)).toEqual([left * 10, crop.top * 10, index]);
      expect(corner(B)).toEqual([left * 10, crop.top * 10, 100 + index]);
    }
  });

  it("splits pictures that hold both sides, each side resized on its own", async () => {
    for (let index = 0; index < 3; index++) {
      const left = mapped(index, 40, 40);
      const right = mapped(100 + index, 40, 40);
      await sharp({ create: { width: 80, height: 40, channels: 3, background: "#000" } })
        .composite([
          { input: Buffer.from(left), raw: { width: 40, height: 40, channels: 3 }, left: 0, top: 0 },
          { input: Buffer.from(right), raw: { width: 40, height: 40, channels: 3 }, left: 40, top: 0 },
        ])
        .png()
        .toFile(join(root, `${index}.png`));
    }
    const dataSet = await openAlignedDataSet({ directory: root, ...sizes });
    expect(dataSet.filesA).toEqual(dataSet.filesB);
    for (let index = 0; index < 3; index++) {
      const [A, B] = [await dataSet.picture("A", index), await dataSet.picture("B", index)];
      // No blue of the one side bleeds over the seam into the other.
      expect(new Set(A.data.filter((_, at) => at % 3 === 2))).toEqual(new Set([index]));
      expect(new Set(B.data.filter((_, at) => at % 3 === 2))).toEqual(new Set([100 + index]));
      expect(A.data.filter((_, at) => at % 3 < 2)).toEqual(B.data.filter((_, at) => at % 3 < 2));
    }
    const { A, B } = await dataSet.batch(0);
    expect([A.shape, B.shape]).toEqual([
      [1, 16, 16, 3],
      [1, 16, 16, 3],
    ]);
  });

  it("reads each domain with its own channels, whole and of many shapes", async () => {
    for (const [index, [width, height]] of [
      [33, 18],
      [24, 41],
    ].entries()) {
      await save(join(directoryA, `${index}.png`), mapped(0, width, height), width!, height!);
      await save(join(directoryB, `${index}.png`), mapped(0, width, height), width!, height!);
    }
    const dataSet = await separate({ channelsB: 1, preprocess: "none", multipleOf: 8 });
    const shapes = new Set<string>();
    for (let step = 0; step < 4; step++) {
      const { A, B } = await dataSet.batch(step);
      shapes.add(String(A.shape));
      expect(B.shape).toEqual([1, A.shape[1], A.shape[2], 1]);
      expect(B.data).toHaveLength(A.shape[1] * A.shape[2]);
    }
    expect(shapes).toEqual(new Set(["1,16,32,3", "1,40,24,3"]));
    expect(await dataSet.domainStatistics("B")).toHaveLength(6);
    await expect(separate({ preprocess: "none", batchSize: 2 })).rejects.toThrow(/batch size is 2/);
  });

  it("names a picture without its counterpart, and a name that stands for two", async () => {
    await fillSeparate(2);
    await save(join(directoryB, "9.png"), mapped(0), 20, 20);
    await expect(separate()).rejects.toMatchObject({
      code: "pair_incomplete",
      message: expect.stringContaining(join(directoryB, "9.png")),
    });
    await save(join(directoryA, "9.png"), mapped(0), 20, 20);
    await separate();
    await save(join(directoryA, "9.webp"), mapped(0), 20, 20);
    await expect(separate()).rejects.toMatchObject({ code: "pair_incomplete" });
  });

  it("names a pair of two sizes where one crop cannot serve both", async () => {
    await fillSeparate(2);
    await save(join(directoryB, "1.webp"), mapped(0, 30, 20), 30, 20);
    await separate();
    await expect(separate({ preprocess: "crop" })).rejects.toMatchObject({
      code: "pair_mismatch",
      message: expect.stringMatching(/1\.png gives 20×20.*1\.webp 30×20/),
    });
  });

  it("checks every header before training starts, and halves that are too narrow", async () => {
    await fillSeparate(12);
    await writeFile(join(directoryB, "7.webp"), "not a picture");
    await expect(separate()).rejects.toMatchObject({
      code: "undecodable_image",
      message: expect.stringContaining("7.webp"),
    });
    await save(join(root, "narrow.png"), mapped(0, 14, 20), 14, 20);
    await expect(openAlignedDataSet({ directory: root, ...sizes })).rejects.toMatchObject({
      code: "image_too_small",
      message: expect.stringContaining("7×20"),
    });
  });

  it("names a file damaged behind its header when its step comes", async () => {
    await fillSeparate(2);
    const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, index) => (index * 7919) % 251);
    const whole = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
    const damaged = join(directoryB, "2.jpg");
    await writeFile(damaged, whole.subarray(0, whole.length / 2));
    await save(join(directoryA, "2.png"), mapped(0), 20, 20);
    const dataSet = await separate();
    const outcomes = await Promise.allSettled([0, 1, 2].map((step) => dataSet.batch(step)));
    const failures = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(failures.map(({ reason }) => [reason.name, reason.code])).toEqual([
      ["DataError", "undecodable_image"],
    ]);
    expect(failures[0]!.reason.message).toContain(damaged);
  });

  it("uses the first pairs by name when there is a limit", async () => {
    await fillSeparate(4);
    const dataSet = await separate({ maxImages: 2 });
    expect(dataSet.filesA).toEqual([join(directoryA, "0.png"), join(directoryA, "1.png")]);
    expect(dataSet.filesB).toEqual([join(directoryB, "0.webp"), join(directoryB, "1.webp")]);
    expect(dataSet.stepsPerEpoch).toBe(2);
  });

  it.each([{}, { directory: "x", directoryA: "y", directoryB: "z" }, { directoryA: "y" }])(
    "asks for one folder or two, not %j",
    async (folders) => {
      await expect(openAlignedDataSet({ ...sizes, ...folders })).rejects.toThrow(/name the one or the two/);
    },
  );
});
