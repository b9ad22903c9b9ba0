import { fittedSize } from "@unpaired/core/contracts";
import type { ImageTensor } from "@unpaired/engine";
import { type Picture, readImage, resize, toModelRange } from "../data/index.ts";

/** What pictures are fitted to, as `translate` and the edge fit them. */
export interface Fit {
  readonly sizePixels: number;
  readonly multipleOf: number;
}

/** Reads a picture, fitted to a model. */
export async function readFitted(file: string, { sizePixels, multipleOf }: Fit): Promise<Picture> {
  const picture = await readImage(file, { smallestSidePixels: 1 });
  const size = fittedSize(picture, { size: sizePixels, multipleOf });
  return resize(picture, size.width, size.height);
}

/** A picture as networks read it. */
export function asTensor(picture: Picture): ImageTensor {
  return { data: toModelRange(picture), width: picture.width, height: picture.height, channels: 3 };
}
