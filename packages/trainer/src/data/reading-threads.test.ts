import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPicture, type PictureRequest } from "./load-picture.ts";
import { createPictureReader } from "./reading-threads.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "reading-"));
  const data = Uint8Array.from({ length: 60 * 40 * 3 }, (_, index) => (index * 7919) % 251);
  await sharp(data, { raw: { width: 60, height: 40, channels: 3 } }).toFile(join(directory, "whole.png"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const request = (name: string, width = 32): PictureRequest => ({
  file: join(directory, name),
  source: { width: 60, height: 40, bitsPerChannel: 8 },
  channels: 3,
  size: { width, height: 24 },
});

describe("createPictureReader", () => {
  it("answers many requests at once, each with its own picture", async () => {
    const reader = createPictureReader(2);
    const widths = Array.from({ length: 20 }, (_, index) => 10 + index);
    const read = await Promise.all(widths.map((width) => reader.read(request("whole.png", width))));
    for (const [index, width] of widths.entries()) {
      expect(read[index]).toEqual(await loadPicture(request("whole.png", width)));
    }
  });

  it("hands errors over as what they were, and goes on", async () => {
    const reader = createPictureReader(1);
    await expect(reader.read(request("absent.png"))).rejects.toMatchObject({
      name: "DataError",
      code: "file_missing",
    });
    expect((await reader.read(request("whole.png"))).width).toBe(32);
  });

  it("has a picture ready after the asking thread was busy for a while", async () => {
    const reader = createPictureReader(1);
    await reader.read(request("whole.png"));
    const reading = reader.read(request("whole.png", 40));
    const until = performance.now() + 700;
    while (performance.now() < until);
    // One turn of the event loop brings the message in; decoding only then would take several.
    let ready = false;
    reading.then(() => {
      ready = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(ready).toBe(true);
  });
});
