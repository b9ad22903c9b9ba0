import { InvalidArgumentError, type Random, type RandomState } from "@unpaired/core";
import type { ImageBatch } from "./image-batch.ts";

/** One remembered image: `[height, width, channels]`, values in [-1, 1]. */
export interface PooledImage {
  readonly data: Float32Array;
  readonly shape: readonly [number, number, number];
}

/**
 * History of generated images a discriminator is shown from. Until full it stores and returns every new image; after
 * that each image is, with probability ½, swapped for a random stored one; or exactly half of a batch is.
 *
 * Source: arXiv 1612.07828, section 2.3; junyanz/pytorch-CycleGAN-and-pix2pix `image_pool.py`.
 */
export class ImagePool {
  readonly #images: PooledImage[];
  readonly #size: number;
  readonly #random: Random;

  /** @param size how many images it remembers; 0 passes every image through */
  constructor({
    size,
    random,
    images = [],
  }: { size: number; random: Random; images?: readonly PooledImage[] }) {
    this.#size = size;
    this.#random = random;
    this.#images = [...images];
  }

  /** Stored images, oldest place first. */
  get images(): readonly PooledImage[] {
    return this.#images;
  }

  get randomState(): RandomState {
    return this.#random.state();
  }

  /**
   * Exchanges a batch of fresh fakes for the batch to show the discriminator.
   *
   * @param halves swaps the first half of a batch for stored images and shows the rest as they are, instead of deciding
   *   image by image; the odd one out is decided for itself
   * @returns a batch as long; its sides are a stored image's where that is shown
   * @throws InvalidArgumentError when images of different shapes would have to share a batch
   */
  exchange(
    { data, shape: [count, ...shape] }: ImageBatch,
    { halves = false }: { readonly halves?: boolean } = {},
  ): ImageBatch {
    const length = data.length / count;
    const half = Math.floor(count / 2);
    const chance = (index: number) => {
      if (!halves || index === 2 * half) return 0.5;
      return index < half ? 1 : 0;
    };
    const shown = Array.from({ length: count }, (_, index) => {
      const image = { data: data.slice(index * length, (index + 1) * length), shape };
      return this.#exchangeOne(image, chance(index));
    });
    return toBatch(shown);
  }

  #exchangeOne(image: PooledImage, chance: number): PooledImage {
    if (this.#images.length < this.#size) {
      this.#images.push(image);
      return image;
    }
    if (this.#size === 0 || this.#random.uniform() < 1 - chance) return image;
    const place = this.#random.integer(this.#size);
    const stored = this.#images[place]!;
    this.#images[place] = image;
    return stored;
  }
}

function toBatch(images: readonly PooledImage[]): ImageBatch {
  const { shape } = images[0]!;
  const length = shape[0] * shape[1] * shape[2];
  const data = new Float32Array(images.length * length);
  for (const [index, image] of images.entries()) {
    if (image.shape.some((side, axis) => side !== shape[axis])) {
      throw new InvalidArgumentError(
        `Images of ${shape.join("×")} and ${image.shape.join("×")} cannot share a batch; use batch size 1 where sizes vary.`,
      );
    }
    data.set(image.data, index * length);
  }
  return { data, shape: [images.length, ...shape] };
}
