import { createRandom } from "@unpaired/core";
import { expect, test } from "vitest";
import type { ImageBatch } from "./image-batch.ts";
import { ImagePool } from "./image-pool.ts";

const image = (value: number): ImageBatch => ({ data: Float32Array.of(value), shape: [1, 1, 1, 1] });

test("a pool returns every image until it is full", () => {
  const pool = new ImagePool({ size: 3, random: createRandom(1) });
  expect([1, 2, 3].map((value) => pool.exchange(image(value)).data[0])).toEqual([1, 2, 3]);
  expect(pool.images.map(({ data }) => data[0])).toEqual([1, 2, 3]);
});

test("a full pool swaps about every other image for a stored one, and never shows one twice from one place", () => {
  const pool = new ImagePool({ size: 50, random: createRandom(2) });
  for (let value = 0; value < 50; value++) pool.exchange(image(value));
  let swapped = 0;
  for (let value = 50; value < 1050; value++) {
    const shown = pool.exchange(image(value)).data[0]!;
    if (shown !== value) {
      swapped++;
      expect(pool.images.some(({ data }) => data[0] === shown)).toBe(false);
      expect(pool.images.some(({ data }) => data[0] === value)).toBe(true);
    }
  }
  expect(swapped).toBeGreaterThan(440);
  expect(swapped).toBeLessThan(560);
  expect(pool.images).toHaveLength(50);
});

test("size 0 passes images through", () => {
  const pool = new ImagePool({ size: 0, random: createRandom(3) });
  expect(pool.exchange(image(7)).data[0]).toBe(7);
  expect(pool.images).toHaveLength(0);
});

test("each image of a batch is exchanged on its own", () => {
  const pool = new ImagePool({ size: 4, random: createRandom(4) });
  const batch: ImageBatch = { data: Float32Array.of(1, 2, 3), shape: [3, 1, 1, 1] };
  expect([...pool.exchange(batch).data]).toEqual([1, 2, 3]);
  expect(pool.images).toHaveLength(3);
});

test("where sizes vary, a stored image comes back with its own", () => {
  const pool = new ImagePool({ size: 1, random: createRandom(5) });
  const wide: ImageBatch = { data: Float32Array.of(1, 2), shape: [1, 1, 2, 1] };
  pool.exchange(wide);
  const shown = Array.from({ length: 20 }, () => pool.exchange(image(9)));
  expect(shown.filter(({ data }) => data.length === 2)).toEqual([wide]);
});

test("images of different sizes do not share a batch", () => {
  const pool = new ImagePool({ size: 2, random: createRandom(6) });
  pool.exchange({ data: Float32Array.of(1, 2), shape: [1, 1, 2, 1] });
  pool.exchange({ data: Float32Array.of(3, 4), shape: [1, 1, 2, 1] });
  const tall: ImageBatch = { data: Float32Array.of(5, 6, 7, 8), shape: [2, 2, 1, 1] };
  const exchangeOften = () => {
    for (let turn = 0; turn < 20; turn++) pool.exchange(tall);
  };
  expect(exchangeOften).toThrow(/1×2×1.*cannot share a batch; use batch size 1|2×1×1.*cannot share a batch/);
});

test("half of every batch comes from a full pool where that is asked for, and the odd image by chance", () => {
  const pool = new ImagePool({ size: 50, random: createRandom(7) });
  for (let value = 0; value < 50; value++) pool.exchange(image(-1));
  let odd = 0;
  for (let turn = 0; turn < 100; turn++) {
    const fresh = Array.from({ length: 5 }, (_, index) => 5 * turn + index);
    const batch: ImageBatch = { data: Float32Array.from(fresh), shape: [5, 1, 1, 1] };
    const shown = [...pool.exchange(batch, { halves: true }).data];
    expect(shown.slice(2, 4)).toEqual(fresh.slice(2, 4));
    expect([shown[0] === fresh[0], shown[1] === fresh[1]]).toEqual([false, false]);
    if (shown[4] !== fresh[4]) odd++;
  }
  expect(odd).toBeGreaterThan(30);
  expect(odd).toBeLessThan(70);
});
