import { setImmediate } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs-core";
import {
  createRandom,
  initializeWeights,
  isTrained,
  type NetworkSpec,
  type Random,
  type Weights,
  weightShapes,
} from "@unpaired/core";
import { classCrossEntropy, forward, type ObservedStatistic, type WeightTensors } from "@unpaired/core/tfjs";
import { TrainedNetwork } from "../../training/optimizer.ts";
import { EvaluationError } from "../errors.ts";
import { IGNORED } from "../metrics/confusion-matrix.ts";
import type { Palette } from "../palette.ts";
import { type Example, type ExampleOptions, Examples } from "./examples.ts";
import { segmentationNetwork } from "./segmentation-network.ts";

/** Options of {@link trainSegmenter}. */
export interface TrainSegmenterOptions extends ExampleOptions {
  /** A multiple of 32. */
  readonly sizePixels: number;
  readonly filters: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** @param loss mean cross-entropy of the step's batch */
  readonly onStep?: (step: number, loss: number) => void;
}

/** A network that tells classes apart. */
export interface TrainedSegmenter {
  readonly spec: NetworkSpec;
  readonly weights: Weights;
  /** Mean loss of the last tenth of the steps. */
  readonly loss: number;
}

/**
 * Trains a segmentation network on real pairs with Adam and softmax cross-entropy, flipping half of them left to right; the
 * learning rate falls linearly over the second half. Equal options on one backend give equal weights.
 *
 * @throws EvaluationError `diverged`
 * @throws DataError when a picture cannot be used
 */
export async function trainSegmenter(options: TrainSegmenterOptions): Promise<TrainedSegmenter> {
  const { palette, filters, steps, batchSize, seed, signal, onStep } = options;
  const random = createRandom(seed);
  const spec = segmentationNetwork({ classes: palette.classes.length, filters });
  const fresh = initializeWeights(spec, { random: random.fork("weights"), kind: "kaiming" });
  const network = TrainedNetwork.from(spec, fresh);
  const examples = new Examples(options);
  const order = new EndlessOrder(options.photos.length, random.fork("order"));
  const flips = random.fork("flips");
  const late: number[] = [];
  try {
    for (let step = 1; step <= steps; step++) {
      signal.throwIfAborted();
      const batch: Example[] = [];
      for (let index = 0; index < batchSize; index++) {
        batch.push(await examples.read(order.next(), flips.uniform() < 0.5));
      }
      const learningRate = options.learningRate * Math.min(1, (2 * (steps - step + 1)) / steps);
      const loss = await learn(network, { ...options, spec, batch, step, learningRate });
      if (!Number.isFinite(loss)) {
        throw new EvaluationError(
          "diverged",
          `The segmentation network's loss was not finite in step ${step}; try a smaller --learning-rate.`,
        );
      }
      if (step > steps * 0.9) late.push(loss);
      onStep?.(step, loss);
      // Lets Ctrl-C through.
      await setImmediate();
    }
    const { weights } = await network.snapshot();
    return { spec, weights, loss: late.reduce((sum, value) => sum + value, 0) / late.length };
  } finally {
    network.dispose();
  }
}

interface Lesson {
  readonly spec: NetworkSpec;
  readonly batch: readonly Example[];
  readonly step: number;
  readonly learningRate: number;
  readonly sizePixels: number;
  readonly palette: Palette;
}

async function learn(network: TrainedNetwork, lesson: Lesson): Promise<number> {
  const { spec, batch, step, learningRate, sizePixels, palette } = lesson;
  const trained = weightShapes(spec)
    .filter(({ role }) => isTrained(role))
    .map(({ name }) => name);
  const weights = network.weights;
  const observed: ObservedStatistic[] = [];
  const { value, grads } = tf.tidy(() => {
    const side = [batch.length, sizePixels, sizePixels] as const;
    const images = tf.tensor4d(joined(batch.map(({ pixels }) => pixels)), [...side, 3]);
    const target = tf.tensor4d(oneHot(batch, palette.classes.length), [...side, palette.classes.length]);
    const objective = (...values: tf.Tensor[]): tf.Scalar => {
      const current: Record<string, tf.Tensor> = { ...weights };
      for (const [index, name] of trained.entries()) current[name] = values[index]!;
      const logits = forward(spec, current, images, {
        training: { dropoutSeed: 0, observe: (statistic) => observed.push(statistic) },
      });
      return classCrossEntropy(logits, target);
    };
    return tf.valueAndGrads(objective)(trained.map((name) => weights[name]!));
  });
  const gradients: WeightTensors = Object.fromEntries(trained.map((name, index) => [name, grads[index]!]));
  network.update(gradients, { learningRate, beta1: 0.9, beta2: 0.999 }, step);
  for (const statistic of observed) {
    network.observe(statistic.weight, Float32Array.from(await statistic.value.data()));
  }
  const loss = (await value.data())[0]!;
  tf.dispose([value, grads, observed.map((statistic) => statistic.value)]);
  return loss;
}

/** Visits everything once in a new random order, again and again. */
class EndlessOrder {
  readonly #count: number;
  readonly #random: Random;
  #left: number[] = [];

  constructor(count: number, random: Random) {
    this.#count = count;
    this.#random = random;
  }

  next(): number {
    if (this.#left.length === 0) this.#left = this.#random.permutation(this.#count);
    return this.#left.pop()!;
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function oneHot(batch: readonly Example[], count: number): Float32Array {
  const pixels = batch[0]!.classes.length;
  const hot = new Float32Array(batch.length * pixels * count);
  for (const [index, { classes }] of batch.entries()) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      const id = classes[pixel]!;
      if (id !== IGNORED) hot[(index * pixels + pixel) * count + id] = 1;
    }
  }
  return hot;
}
