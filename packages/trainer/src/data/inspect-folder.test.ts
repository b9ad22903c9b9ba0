import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { afterEach, beforeEach, expect, it } from "vitest";
import { describeFolder } from "./describe-folder.ts";
import { inspectFolder } from "./inspect-folder.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "inspect-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const plain = (width: number, height: number, channels: 3 | 4 = 3): Sharp =>
  sharp({ create: { width, height, channels, background: { r: 90, g: 80, b: 70, alpha: 0.5 } } });

it("counts pictures, their sizes and their kinds, and names the damaged ones", async () => {
  await plain(300, 280).toFile(join(directory, "plain.png"));
  await plain(400, 300).withMetadata({ orientation: 6 }).toFile(join(directory, "turned.jpg"));
  await plain(300, 300, 4).toFile(join(directory, "glass.webp"));
  await plain(300, 300).toColourspace("b-w").toFile(join(directory, "grey.png"));
  await plain(300, 300).toColourspace("cmyk").toFile(join(directory, "ink.jpg"));
  await plain(300, 300).toColourspace("rgb16").toFile(join(directory, "deep.png"));
  const whole = await plain(300, 300).png().toBuffer();
  await writeFile(join(directory, "cut.png"), whole.subarray(0, whole.length - 40));
  await writeFile(join(directory, "text.png"), "hello");
  const report = await inspectFolder(directory);
  expect(report).toMatchObject({
    pictures: 6,
    width: { smallest: 300, median: 300, largest: 300 },
    height: { smallest: 280, median: 300, largest: 400 },
    traits: { grey: 1, sixteenBit: 1, transparent: 1, cmyk: 1, turned: 1 },
    looksSideBySide: false,
    sensibleSizePixels: 256,
  });
  expect(report.damaged.map(({ message }) => message.split(" ")[0])).toEqual([
    join(directory, "cut.png"),
    join(directory, "text.png"),
  ]);
  const text = describeFolder(report).join("\n");
  for (const part of ["6 pictures", "280–400 (median 300) high", "1 16-bit", "--size 256", "cut.png"]) {
    expect(text).toContain(part);
  }
});

it("notices pairs side by side, and pictures too small for any usual size", async () => {
  for (const name of ["a", "b"]) await plain(80, 40).toFile(join(directory, `${name}.png`));
  const report = await inspectFolder(directory);
  expect(report).toMatchObject({ looksSideBySide: true, sensibleSizePixels: undefined, damaged: [] });
  expect(describeFolder(report).join("\n")).toMatch(/side by side[\s\S]*enlarge many/);
});
