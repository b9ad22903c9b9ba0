import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRandom } from "@unpaired/core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSingleDataSet } from "./single.ts";

/** The reference's transforms as Pillow does them, restated: what a picture is before it is cropped and flipped. */
const restatement = `
import sys, json
from PIL import Image
preprocess, load, crop, multiple, mode, target = json.loads(sys.argv[1])
def nearest(value): return max(1, int(round(value / multiple))) * multiple
for index, path in enumerate(sys.argv[2:]):
    picture = Image.open(path).convert("RGB").convert(mode)
    width, height = picture.size
    if preprocess.startswith("resize"):
        size = (load, load)
    elif preprocess.startswith("scale_width"):
        size = (load, int(max(load * height / width, crop)))
        if not preprocess.endswith("crop"): size = tuple(nearest(side) for side in size)
    elif preprocess == "none":
        size = (nearest(width), nearest(height))
    else:
        size = picture.size
    resized = picture.resize(size, Image.BICUBIC)
    with open(f"{target}/{index}.bin", "wb") as out: out.write(resized.convert("RGB").tobytes())
    with open(f"{target}/{index}.json", "w") as out: json.dump(resized.size, out)
`;

const hasPillow = spawnSync("python3", ["-c", "from PIL import Image"]).status === 0;
const photographs = fileURLToPath(new URL("../../../../../shared/data/horse2zebra/testA", import.meta.url));

describe.skipIf(!hasPillow)("against Pillow (skipped where python3 cannot import PIL)", () => {
  let directory: string;
  const pictures = () => join(directory, "pictures");
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "pillow-"));
    await mkdir(pictures());
    const random = createRandom(5);
    for (const [width, height, name] of [
      [61, 47, "a.png"],
      [90, 40, "b.jpg"],
      [40, 77, "c.webp"],
    ] as const) {
      const data = Uint8Array.from({ length: width * height * 3 }, () => random.integer(256));
      const image = sharp(data, { raw: { width, height, channels: 3 } });
      const lossless = name.endsWith("webp") ? image.webp({ lossless: true }) : image;
      await lossless.toFile(join(pictures(), name));
    }
    await sharp(
      new Uint8Array(50 * 50).map((_, index) => index % 251),
      {
        raw: { width: 50, height: 50, channels: 1 },
      },
    )
      .toColourspace("b-w")
      .toFile(join(pictures(), "d.png"));
    for (const name of ["001.jpeg", "002.jpeg"]) {
      const photograph = join(photographs, name);
      if (existsSync(photograph)) await writeFile(join(pictures(), name), await readFile(photograph));
    }
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it.each([
    ["resize_and_crop", 44, 32, 4, 3],
    ["resize_and_crop", 71, 64, 4, 1],
    ["crop", 32, 32, 4, 1],
    ["scale_width_and_crop", 64, 40, 4, 3],
    ["scale_width", 70, 40, 4, 3],
    ["none", 64, 64, 4, 3],
    ["none", 64, 64, 32, 1],
  ] as const)(
    "loads every pixel alike: %s, load %i, crop %i, multiple %i, channels %i",
    async (...settings) => {
      const [preprocess, loadSizePixels, cropSizePixels, multipleOf, channels] = settings;
      const dataSet = await openSingleDataSet({
        directory: pictures(),
        preprocess,
        loadSizePixels,
        cropSizePixels,
        multipleOf,
        channels,
      });
      const target = await mkdtemp(join(directory, "loaded-"));
      const asked = [
        preprocess,
        loadSizePixels,
        cropSizePixels,
        multipleOf,
        channels === 1 ? "L" : "RGB",
        target,
      ];
      execFileSync("python3", ["-c", restatement, JSON.stringify(asked), ...dataSet.files]);
      for (const index of dataSet.files.keys()) {
        const { width, height, data } = await dataSet.picture(index);
        expect([width, height]).toEqual(JSON.parse(await readFile(join(target, `${index}.json`), "utf8")));
        const expected = await readFile(join(target, `${index}.bin`));
        const differing = data.filter((value, at) => value !== expected[at]).length;
        expect(differing, dataSet.files[index]).toBe(0);
      }
    },
  );
});
