import type { Random, RandomState } from "@unpaired/core";
import type { ImageBatch } from "./image-batch.ts";

/**
 * History of generated images a discriminator is shown from. Until full it stores and returns every new image; after
 * that each image is, with probability ½, swapped for a random stored one.
 *
 * Source: arXiv 1612.07828; junyanz/pytorch-CycleGAN-and-pix2pix `image_pool.py`.
 */
export class ImagePool {
  readonly #images: Float32Array[];
  readonly #size: number;
  readonly #random: Random;

  /** @param size how many images it remembers; 0 passes every image through */
  constructor({
    size,
    random,
    images = [],
  }: { size: number; random: Random; images?: readonly Float32Array[] }) {
    this.#size = size;
    this.#random = random;
    this.#images = [...images];
  }

  /** Stored images, oldest place first. */
  get images(): readonly Float32Array[] {
    return this.#images;
  }

  get randomState(): RandomState {
    return this.#random.state();
  }

  /** Exchanges a batch of fresh fakes for the batch to show the discriminator. */
  exchange(fresh: ImageBatch): ImageBatch {
    const length = fresh.data.length / fresh.shape[0];
    const data = new Float32Array(fresh.data.length);
    for (let index = 0; index < fresh.shape[0]; index++) {
      const image = fresh.data.slice(index * length, (index + 1) * length);
      data.set(this.#exchangeOne(image), index * length);
    }
    return { data, shape: fresh.shape };
  }

  #exchangeOne(image: Float32Array): Float32Array {
    if (this.#images.length < this.#size) {
      this.#images.push(image);
      return image;
    }
    if (this.#size === 0 || this.#random.uniform() < 0.5) return image;
    const place = this.#random.integer(this.#size);
    const stored = this.#images[place]!;
    this.#images[place] = image;
    return stored;
  }
}
