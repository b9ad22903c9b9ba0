import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createRandom } from "@unpaired/core";
import sharp from "sharp";

const COUNT = 60;
const SIDE = 256;

/** Writes two folders of JPEG files with soft random shapes, as large and as hard to decode as photographs. */
export async function writePictures(
  directory: string,
): Promise<{ readonly directoryA: string; readonly directoryB: string }> {
  const folders = { directoryA: join(directory, "A"), directoryB: join(directory, "B") };
  const random = createRandom(1);
  for (const folder of Object.values(folders)) {
    await mkdir(folder);
    for (let index = 0; index < COUNT; index++) {
      const coarse = Uint8Array.from({ length: 32 * 32 * 3 }, () => random.integer(256));
      await sharp(coarse, { raw: { width: 32, height: 32, channels: 3 } })
        .resize(SIDE, SIDE)
        .jpeg({ quality: 92 })
        .toFile(join(folder, `${index}.jpg`));
    }
  }
  return folders;
}
