import { type Picture, readImage, resize, toModelRange } from "../../data/index.ts";
import { classesOf, type Palette, resizeClasses } from "../palette.ts";

/** Where examples come from. */
export interface ExampleOptions {
  /** Photos and their label maps, in one order. */
  readonly photos: readonly string[];
  readonly labels: readonly string[];
  readonly palette: Palette;
  /** Side pictures are resized to. */
  readonly sizePixels: number;
}

/** A photo ready for a batch. */
export interface Example {
  readonly pixels: Float32Array;
  readonly classes: Uint8Array;
}

/** Reads examples and keeps them while they are small in sum. */
export class Examples {
  readonly #options: ExampleOptions;
  readonly #kept = new Map<number, { photo: Picture; classes: Uint8Array }>();

  constructor(options: ExampleOptions) {
    this.#options = options;
  }

  async read(index: number, flip: boolean): Promise<Example> {
    const { sizePixels: side } = this.#options;
    const { photo, classes } = this.#kept.get(index) ?? (await this.#load(index));
    const pixels = toModelRange(photo);
    if (!flip) return { pixels, classes };
    const mirrored = new Float32Array(pixels.length);
    const mirroredClasses = new Uint8Array(classes.length);
    for (let pixel = 0; pixel < classes.length; pixel++) {
      const column = pixel % side;
      const from = pixel - column + side - 1 - column;
      mirroredClasses[pixel] = classes[from]!;
      for (let channel = 0; channel < 3; channel++)
        mirrored[pixel * 3 + channel] = pixels[from * 3 + channel]!;
    }
    return { pixels: mirrored, classes: mirroredClasses };
  }

  async #load(index: number): Promise<{ photo: Picture; classes: Uint8Array }> {
    const { photos, labels, palette, sizePixels } = this.#options;
    const photo = await resize(await readImage(photos[index]!), sizePixels, sizePixels);
    const map = await readImage(labels[index]!);
    const classes = resizeClasses(classesOf(map, palette, { withIgnored: true }), map, photo);
    const example = { photo, classes };
    const bytes = sizePixels ** 2 * 4;
    if ((this.#kept.size + 1) * bytes <= KEPT_BYTES) this.#kept.set(index, example);
    return example;
  }
}

const KEPT_BYTES = 512 * 2 ** 20;
