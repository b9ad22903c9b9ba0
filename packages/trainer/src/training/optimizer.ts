import * as tf from "@tensorflow/tfjs-core";
import type { Weights } from "@unpaired/core";
import { type AdamSlot, adamUpdate, fromTensors, type WeightTensors } from "@unpaired/core/tfjs";

/** Hyper-parameters of Adam that stay fixed during a run. */
export interface AdamSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
}

/** PyTorch's default, which the reference keeps. */
const EPSILON = 1e-8;

/** A network's weights with their Adam moments, on the backend. */
export class TrainedNetwork {
  readonly #slots: Map<string, AdamSlot>;

  private constructor(slots: Map<string, AdamSlot>) {
    this.#slots = slots;
  }

  /** Fresh moments (zeros) unless a checkpoint's are handed in. */
  static from(weights: Weights, moments?: { readonly m: Weights; readonly v: Weights }): TrainedNetwork {
    const slots = new Map<string, AdamSlot>();
    for (const [name, { shape, data }] of weights) {
      const restored = (source: Weights | undefined) =>
        source?.get(name)?.data ?? new Float32Array(data.length);
      slots.set(name, {
        weight: tf.tensor(data, [...shape]),
        m: tf.tensor(restored(moments?.m), [...shape]),
        v: tf.tensor(restored(moments?.v), [...shape]),
      });
    }
    return new TrainedNetwork(slots);
  }

  /** The weights as they are now; valid until the next update. */
  get weights(): WeightTensors {
    return this.#part("weight");
  }

  /** Copies weights and moments off the backend. */
  async snapshot(): Promise<{ weights: Weights; m: Weights; v: Weights }> {
    return {
      weights: await fromTensors(this.#part("weight")),
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

  dispose(): void {
    for (const slot of this.#slots.values()) tf.dispose([slot.weight, slot.m, slot.v]);
    this.#slots.clear();
  }

  #part(part: keyof AdamSlot): WeightTensors {
    return Object.fromEntries([...this.#slots].map(([name, slot]) => [name, slot[part]]));
  }
}
