import * as tf from "@tensorflow/tfjs-core";
import { isTrained, type NetworkSpec, type Weight, type Weights, weightShapes } from "@unpaired/core";
import {
  type AdamSlot,
  adamUpdate,
  fromTensors,
  RUNNING_STATISTICS_MOMENTUM,
  type WeightTensors,
} from "@unpaired/core/tfjs";

/** Hyper-parameters of Adam that stay fixed during a run. */
export interface AdamSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
}

/** PyTorch's default, which the reference keeps. */
const EPSILON = 1e-8;

/** A network's weights on the backend: the trained ones with their Adam moments, and running statistics. */
export class TrainedNetwork {
  readonly #slots: Map<string, AdamSlot>;
  readonly #statistics: Map<string, tf.Tensor>;

  private constructor(slots: Map<string, AdamSlot>, statistics: Map<string, tf.Tensor>) {
    this.#slots = slots;
    this.#statistics = statistics;
  }

  /** Fresh moments (zeros) unless a checkpoint's are handed in. */
  static from(
    spec: NetworkSpec,
    weights: Weights,
    moments?: { readonly m: Weights; readonly v: Weights },
  ): TrainedNetwork {
    const slots = new Map<string, AdamSlot>();
    const statistics = new Map<string, tf.Tensor>();
    for (const { name, role } of weightShapes(spec)) {
      const { shape, data }: Weight = weights.get(name)!;
      const weight = tf.tensor(data, [...shape]);
      if (!isTrained(role)) {
        statistics.set(name, weight);
        continue;
      }
      const restored = (source: Weights | undefined) =>
        tf.tensor(source?.get(name)?.data ?? new Float32Array(data.length), [...shape]);
      slots.set(name, { weight, m: restored(moments?.m), v: restored(moments?.v) });
    }
    return new TrainedNetwork(slots, statistics);
  }

  /** The weights as they are now, running statistics included; valid until the next update. */
  get weights(): WeightTensors {
    return { ...this.#part("weight"), ...Object.fromEntries(this.#statistics) };
  }

  /** Copies weights and moments off the backend; running statistics have no moments. */
  async snapshot(): Promise<{ weights: Weights; m: Weights; v: Weights }> {
    return {
      weights: await fromTensors(this.weights),
      m: await fromTensors(this.#part("m")),
      v: await fromTensors(this.#part("v")),
    };
  }

  /** @param step number of this update, counted from 1 */
  update(gradients: WeightTensors, { learningRate, beta1, beta2 }: AdamSettings, step: number): void {
    for (const [name, slot] of this.#slots) {
      const gradient = gradients[name]!;
      this.#slots.set(
        name,
        adamUpdate(slot, gradient, { learningRate, beta1, beta2, epsilon: EPSILON, step }),
      );
      tf.dispose([slot.weight, slot.m, slot.v]);
    }
  }

  /** Moves a running statistic towards what one batch showed. */
  observe(name: string, values: Float32Array): void {
    const before = this.#statistics.get(name)!;
    const after = tf.tidy(() =>
      tf.add(
        tf.mul(before, 1 - RUNNING_STATISTICS_MOMENTUM),
        tf.mul(tf.tensor(values, before.shape), RUNNING_STATISTICS_MOMENTUM),
      ),
    );
    this.#statistics.set(name, after);
    before.dispose();
  }

  dispose(): void {
    for (const slot of this.#slots.values()) tf.dispose([slot.weight, slot.m, slot.v]);
    tf.dispose([...this.#statistics.values()]);
    this.#slots.clear();
    this.#statistics.clear();
  }

  #part(part: keyof AdamSlot): WeightTensors {
    return Object.fromEntries([...this.#slots].map(([name, slot]) => [name, slot[part]]));
  }
}
