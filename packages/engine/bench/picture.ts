import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ImageTensor } from "../src/session-types.ts";

/** The picture every contestant translates, and what to call it. */
export interface Picture {
  readonly name: string;
  readonly image: ImageTensor;
}

/** Photographs beside the checkout. */
export const PHOTOGRAPHS = fileURLToPath(
  new URL("../../../../shared/data/horse2zebra/testA", import.meta.url),
);

/** The first photograph beside the checkout at `side`² pixels, or a drawn picture where there is none. */
export async function readPicture(side: number, folder: string = PHOTOGRAPHS): Promise<Picture> {
  const [photograph] = await readPhotographs(side, 1, folder);
  return photograph ?? { name: "a drawn picture", image: drawPicture(side) };
}

/** The first `count` photographs of a folder at `side`² pixels; none where there is no such folder. */
export async function readPhotographs(
  side: number,
  count: number,
  folder: string = PHOTOGRAPHS,
): Promise<readonly Picture[]> {
  const names = await readdir(folder).catch(() => []);
  const photographs = names.filter((name) => /\.(jpe?g|png|webp)$/i.test(name)).sort();
  const { default: sharp } = await import("sharp");
  return Promise.all(
    photographs.slice(0, count).map(async (name) => {
      const pixels = await sharp(join(folder, name))
        .resize(side, side, { fit: "cover" })
        .removeAlpha()
        .toColourspace("srgb")
        .raw()
        .toBuffer();
      const data = Float32Array.from(pixels, (value) => value / 127.5 - 1);
      return { name: `photograph ${name}`, image: { data, width: side, height: side, channels: 3 } };
    }),
  );
}

/** Soft waves and a few hard edges in [-1, 1]: smooth areas, contours and texture, as a photograph has. */
export function drawPicture(side: number): ImageTensor {
  const data = new Float32Array(side * side * 3);
  for (let index = 0; index < data.length; index++) {
    const channel = index % 3;
    const x = (Math.trunc(index / 3) % side) / side;
    const y = Math.trunc(index / 3 / side) / side;
    const wave = Math.sin(5 * x + channel) * Math.cos(4 * y - channel);
    const edge = Math.hypot(x - 0.4, y - 0.6) < 0.25 ? 0.4 : -0.1;
    const texture = 0.2 * Math.sin(90 * x) * Math.sin(70 * y);
    data[index] = Math.max(-1, Math.min(1, 0.5 * wave + edge + texture));
  }
  return { data, width: side, height: side, channels: 3 };
}
