import type { Picture } from "./picture.ts";
import { toPicture } from "./raster.ts";
import { resample } from "./resample.ts";

/** Resizes a picture with the bicubic kernel of {@link resample}, giving up its proportions where they differ. */
export async function resize(picture: Picture, width: number, height: number): Promise<Picture> {
  if (picture.width === width && picture.height === height) return picture;
  return toPicture(resample({ ...picture, channels: 3 }, width, height));
}
