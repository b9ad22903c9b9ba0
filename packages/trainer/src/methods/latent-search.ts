import { setImmediate } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs-core";
import { createRandom } from "@unpaired/core";
import { type AdamSlot, adamUpdate } from "@unpaired/core/tfjs";
import type { ImageTensor } from "@unpaired/engine";
import { drawLatents } from "./draw-latents.ts";

/** How long and from where a latent is searched for. */
export interface LatentSearch {
  readonly steps: number;
  /** Starts searched from side by side; the one that ends nearest counts. */
  readonly restarts: number;
  /** Adam's. */
  readonly learningRate: number;
  /** Draws the starts, the same for every image. */
  readonly seed: number;
}

/** What is searched in. */
export interface LatentSpace {
  readonly latentSize: number;
  /** Side of what one latent draws; the image's sides are multiples of it. */
  readonly tilePixels: number;
  /** @returns `[batch, height, width, channels]` from latents `[batch, rows, columns, latentSize]` */
  draw(latents: tf.Tensor4D): tf.Tensor4D;
}

/** A latent and how well it draws the image. */
export interface FoundLatent {
  /** `[1, rows, columns, latentSize]`; the caller disposes it. */
  readonly latent: tf.Tensor4D;
  /** Mean squared difference of its drawing from the image. */
  readonly distance: number;
}

/**
 * Searches for the latent that draws an image: Adam on the mean squared difference of the pixels, a fixed number of steps,
 * within the cube that latents are drawn from. Equal images give equal latents.
 *
 * Source: arXiv 1606.07536, section 4, which minimises the same distance by L-BFGS.
 */
export async function searchLatent(
  image: ImageTensor,
  { draw, latentSize, tilePixels }: LatentSpace,
  { steps, restarts, learningRate, seed }: LatentSearch,
): Promise<FoundLatent> {
  const { data, height, width, channels } = image;
  const target = tf.tensor4d(data, [1, height, width, channels]);
  const random = createRandom(seed).fork("latent search");
  const grid = [restarts, height / tilePixels, width / tilePixels, latentSize] as const;
  const distances = (latents: tf.Tensor4D) =>
    tf.mean<tf.Tensor1D>(tf.square(tf.sub(draw(latents), target)), [1, 2, 3]);
  const slope = tf.grad((latents) => tf.sum(distances(latents as tf.Tensor4D)));
  let slot: AdamSlot = { weight: drawLatents(random, grid), m: tf.zeros([...grid]), v: tf.zeros([...grid]) };
  for (let step = 1; step <= steps; step++) {
    const next = tf.tidy(() => {
      const adam = { learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step };
      const { weight, m, v } = adamUpdate(slot, slope(slot.weight), adam);
      return { weight: tf.clipByValue(weight, -1, 1), m, v };
    });
    tf.dispose([slot.weight, slot.m, slot.v]);
    slot = next;
    // Lets Ctrl-C through.
    await setImmediate();
  }
  const reached = tf.tidy(() => distances(slot.weight as tf.Tensor4D));
  const values = await reached.data();
  let best = 0;
  for (const [index, value] of values.entries()) if (value < values[best]!) best = index;
  const latent = tf.tidy(() => tf.slice(slot.weight as tf.Tensor4D, [best, 0, 0, 0], [1, -1, -1, -1]));
  tf.dispose([slot.weight, slot.m, slot.v, target, reached]);
  return { latent, distance: values[best]! };
}
