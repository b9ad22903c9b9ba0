import { expect, it } from "vitest";
import { PictureCache } from "./picture-cache.ts";
import type { Raster } from "./raster.ts";

const raster = (bytes: number): Raster => ({
  width: bytes,
  height: 1,
  channels: 1,
  data: new Uint8Array(bytes),
});

it("counts what pictures of different sizes take, and keeps to its budget", async () => {
  const cache = new PictureCache(100);
  let loads = 0;
  const read = (key: string, bytes: number) =>
    cache.read(key, async () => {
      loads++;
      return raster(bytes);
    });
  await read("a", 60);
  await read("b", 60);
  await read("c", 40);
  expect([cache.bytes, loads]).toEqual([100, 3]);
  for (const key of ["a", "c"]) await read(key, 1);
  expect(loads).toBe(3);
  await read("b", 60);
  expect(loads).toBe(4);
  const wide = { ...raster(0), data: new Uint16Array(30) };
  const other = new PictureCache(100);
  await other.read("wide", async () => wide);
  expect(other.bytes).toBe(60);
});

it("loads once what is asked for twice at once, and again after a failure", async () => {
  const cache = new PictureCache(0);
  let loads = 0;
  const load = async () => {
    loads++;
    if (loads === 1) throw new Error("the disk hiccuped");
    return raster(1);
  };
  const both = await Promise.allSettled([cache.read("a", load), cache.read("a", load)]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(loads).toBe(1);
  expect((await cache.read("a", load)).width).toBe(1);
});
