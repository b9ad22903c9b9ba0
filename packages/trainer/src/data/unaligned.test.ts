import { mkdir, mkdtemp, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imageFeatures } from "@unpaired/core/contracts";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openUnalignedDataSet } from "./unaligned.ts";
import { UnalignedPlan } from "./unaligned-plan.ts";

let directoryA: string;
let directoryB: string;
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "unaligned-"));
  directoryA = join(root, "A");
  directoryB = join(root, "B");
  await mkdir(directoryA);
  await mkdir(directoryB);
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A horizontal ramp whose blue channel names the picture. */
async function savePicture(file: string, blue: number, width = 32, height = 24): Promise<void> {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => {
    const column = Math.floor(index / 3) % width;
    return [Math.round((column * 255) / (width - 1)), 128, blue][index % 3]!;
  });
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file);
}

async function fillFolders(countA: number, countB: number): Promise<void> {
  for (let index = 0; index < countA; index++)
    await savePicture(join(directoryA, `a${index}.png`), 10 * index);
  for (let index = 0; index < countB; index++)
    await savePicture(join(directoryB, `b${index}.png`), 100 + 10 * index);
}

const sizes = { loadSizePixels: 20, cropSizePixels: 16, seed: 3 };
const open = (more = {}) => openUnalignedDataSet({ directoryA, directoryB, ...sizes, ...more });

describe("openUnalignedDataSet", () => {
  it("answers the batches of its plan in [-1, 1], NHWC", async () => {
    await fillFolders(3, 5);
    const dataSet = await open({ batchSize: 2 });
    const square = { width: 20, height: 20 };
    const plan = new UnalignedPlan({
      ...sizes,
      sizesA: Array(3).fill(square),
      sizesB: Array(5).fill(square),
      preprocess: "resize_and_crop",
      multipleOf: 4,
      flip: true,
      batchSize: 2,
    });
    expect([dataSet.epochLength, dataSet.stepsPerEpoch]).toEqual([5, 3]);
    for (let step = 0; step < 7; step++) {
      const { epoch, A, B } = await dataSet.batch(step);
      const planned = plan.step(step);
      expect(epoch).toBe(planned.epoch);
      const named = new Set([
        ...planned.A.map(({ index }) => dataSet.filesA[index]),
        ...planned.B.map(({ index }) => dataSet.filesB[index]),
      ]);
      expect(new Set(dataSet.pictures(step))).toEqual(named);
      expect(A.shape).toEqual([2, 16, 16, 3]);
      expect(A.data).toHaveLength(2 * 16 * 16 * 3);
      for (const [side, batch, first] of [["A", A, 0] as const, ["B", B, 100] as const]) {
        for (const [member, { index, crop }] of planned[side].entries()) {
          const at = member * 16 * 16 * 3;
          expect(batch.data[at + 2]! * 127.5 + 127.5).toBeCloseTo(first + 10 * index, 3);
          // The ramp rises to the right unless the picture is mirrored.
          expect(batch.data[at]! > batch.data[at + 15 * 3]!).toBe(crop.flip);
        }
      }
    }
  });

  it("goes on at any step as a run that never stopped", async () => {
    await fillFolders(4, 3);
    const whole = await open();
    for (let step = 0; step < 9; step++) await whole.batch(step);
    const resumed = await open();
    for (const step of [9, 10, 25]) expect(await resumed.batch(step)).toEqual(await whole.batch(step));
    const other = await open({ seed: 4 });
    const differing = await Promise.all(
      [9, 10, 11, 12].map(async (step) => {
        const [first, second] = await Promise.all([other.batch(step), whole.batch(step)]);
        return first.A.data.some((value, index) => value !== second.A.data[index]);
      }),
    );
    expect(differing).toContain(true);
  });

  it("reads each file once when the cache has room, and again when it has none", async () => {
    await fillFolders(2, 2);
    const cached = await open();
    for (let step = 0; step < 12; step++) await cached.batch(step);
    const uncached = await open({ cacheBytes: 0, prefetchSteps: 0 });
    for (const folder of [directoryA, directoryB]) {
      for (const name of ["a0", "a1", "b0", "b1"])
        await unlink(join(folder, `${name}.png`)).catch(() => undefined);
    }
    expect((await cached.batch(12)).A.shape).toEqual([1, 16, 16, 3]);
    await expect(uncached.batch(12)).rejects.toMatchObject({ code: "file_missing" });
  });

  it("names a file damaged behind its header when its step comes, and not before", async () => {
    await fillFolders(2, 2);
    const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, index) => (index * 7919) % 251);
    const whole = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
    const damaged = join(directoryA, "damaged.jpg");
    await writeFile(damaged, whole.subarray(0, whole.length / 2));
    const dataSet = await open();
    const outcomes = await Promise.allSettled(Array.from({ length: 9 }, (_, step) => dataSet.batch(step)));
    const failures = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(failures).toHaveLength(3);
    for (const { reason } of failures) {
      expect(reason).toMatchObject({ code: "undecodable_image", message: expect.stringContaining(damaged) });
    }
  });

  it("checks every header before training starts", async () => {
    await fillFolders(20, 2);
    await writeFile(join(directoryA, "a7.png"), "not a picture");
    await expect(open()).rejects.toMatchObject({
      code: "undecodable_image",
      message: expect.stringContaining("a7.png"),
    });
    await savePicture(join(directoryA, "a7.png"), 0, 3, 3);
    await expect(open()).rejects.toMatchObject({ code: "image_too_small" });
    await savePicture(join(directoryA, "a7.png"), 0, 90, 90);
    await expect(open({ limitPixels: 8000 })).rejects.toMatchObject({ code: "image_too_large" });
  });

  it("needs two pictures in each folder", async () => {
    await fillFolders(2, 1);
    await expect(open()).rejects.toMatchObject({
      code: "too_few_images",
      message: expect.stringContaining(directoryB),
    });
  });

  it.each([
    { cropSizePixels: 24, named: "crop size is 24" },
    { loadSizePixels: 0, named: "load size is 0" },
    { batchSize: 0, named: "batch size is 0" },
    { prefetchSteps: 1e9, named: "1000000000" },
    { seed: 1.5, named: "seed is 1.5" },
  ])("refuses when the $named", async ({ named, ...wrong }) => {
    await expect(open(wrong)).rejects.toThrow(named);
  });

  it("summarises a domain by the features of its pictures", async () => {
    await fillFolders(3, 2);
    const dataSet = await open();
    const statistics = await dataSet.domainStatistics("A");
    const blue = statistics.find(({ name }) => name === "blueMean")!;
    expect(blue.mean).toBeCloseTo(10 / 127.5 - 1, 5);
    expect(blue.standardDeviation).toBeCloseTo(Math.sqrt(200 / 3) / 127.5, 5);
    const picture = await dataSet.picture("A", 1);
    const features = imageFeatures(Float32Array.from(picture.data, (value) => value / 127.5 - 1));
    expect(statistics[0]!.mean).toBeCloseTo(features[0]!, 5);
  });
});
