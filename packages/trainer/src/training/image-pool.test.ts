import { createRandom } from "@unpaired/core";
import { expect, test } from "vitest";
import type { ImageBatch } from "./image-batch.ts";
import { ImagePool } from "./image-pool.ts";

const image = (value: number): ImageBatch => ({ data: Float32Array.of(value), shape: [1, 1, 1, 1] });

test("a pool returns every image until it is full", () => {
  const pool = new ImagePool({ size: 3, random: createRandom(1) });
  expect([1, 2, 3].map((value) => pool.exchange(image(value)).data[0])).toEqual([1, 2, 3]);
  expect(pool.images.map((data) => data[0])).toEqual([1, 2, 3]);
});

test("a full pool swaps about every other image for a stored one, and never shows one twice from one place", () => {
  const pool = new ImagePool({ size: 50, random: createRandom(2) });
  for (let value = 0; value < 50; value++) pool.exchange(image(value));
  let swapped = 0;
  for (let value = 50; value < 1050; value++) {
    const shown = pool.exchange(image(value)).data[0]!;
    if (shown !== value) {
      swapped++;
      expect(pool.images.some((data) => data[0] === shown)).toBe(false);
      expect(pool.images.some((data) => data[0] === value)).toBe(true);
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
