import { createRandom } from "@unpaired/core";
import { type Picture, resize } from "../data/index.ts";

/** Pictures to verify a model with where there are none of its domain: smooth random colours with hard edges in them. */
export async function synthesizeProbes({
  count,
  sizePixels,
  seed,
}: {
  count: number;
  sizePixels: number;
  seed: number;
}): Promise<Picture[]> {
  const probes: Picture[] = [];
  for (let index = 0; index < count; index++) {
    const random = createRandom(seed).fork(`probe ${index}`);
    const cells = 6;
    const coarse = Uint8Array.from({ length: cells * cells * 3 }, () => random.integer(256));
    const picture = await resize({ width: cells, height: cells, data: coarse }, sizePixels, sizePixels);
    const data = Uint8Array.from(picture.data);
    for (let patch = 0; patch < 12; patch++) {
      const side = 1 + random.integer(Math.ceil(sizePixels / 4));
      const left = random.integer(sizePixels - side + 1);
      const top = random.integer(sizePixels - side + 1);
      const colour = [random.integer(256), random.integer(256), random.integer(256)];
      for (let y = top; y < top + side; y++) {
        for (let x = left; x < left + side; x++) data.set(colour, (y * sizePixels + x) * 3);
      }
    }
    probes.push({ width: sizePixels, height: sizePixels, data });
  }
  return probes;
}
