import type * as tf from "@tensorflow/tfjs";
import { inputOf } from "../../kernel-call.ts";
import type { WebgpuKernel } from "../kernel.ts";
import { ELEMENTWISE_THREADS, runProgram } from "../program.ts";

interface AdamAttrs {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly step: number;
}

const elementwise = (expression: string) => `
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  result[index] = ${expression};
}
`;

/** `1 - decay` comes as a number of its own: as a difference of f32 numbers it would lose what decay is close to 1 by. */
const firstMoment = elementwise("moment[index] * uniforms.decay + gradient[index] * uniforms.share");
const secondMoment = elementwise(
  "moment[index] * uniforms.decay + gradient[index] * gradient[index] * uniforms.share",
);
const weightStep = elementwise(
  "weight[index] - uniforms.rate * m[index] / (sqrt(v[index]) * uniforms.correction + uniforms.epsilon)",
);

/**
 * `AdamUpdate({ weight, m, v, gradient }, { learningRate, beta1, beta2, epsilon, step })` → new [weight, m, v].
 *
 * Source: arXiv 1412.6980, algorithm 1; epsilon outside the bias-corrected root as in PyTorch's `torch.optim.Adam`.
 */
export const adamUpdate: WebgpuKernel = {
  name: "AdamUpdate",
  run(call) {
    const { learningRate, beta1, beta2, epsilon, step } = call.attrs as unknown as AdamAttrs;
    const gradient = inputOf(call, "gradient");
    const weight = inputOf(call, "weight");
    const update = (
      key: string,
      source: string,
      inputs: Record<string, tf.TensorInfo>,
      floats: Record<string, number>,
    ) =>
      runProgram(call.backend, {
        key,
        source,
        inputs,
        outputShape: weight.shape,
        floats,
        threads: ELEMENTWISE_THREADS,
      });
    const m = update(
      "firstMoment",
      firstMoment,
      { moment: inputOf(call, "m"), gradient },
      { decay: beta1, share: 1 - beta1 },
    );
    const v = update(
      "secondMoment",
      secondMoment,
      { moment: inputOf(call, "v"), gradient },
      { decay: beta2, share: 1 - beta2 },
    );
    const updated = update(
      "weightStep",
      weightStep,
      { weight, m, v },
      {
        rate: learningRate / (1 - beta1 ** step),
        correction: 1 / Math.sqrt(1 - beta2 ** step),
        epsilon,
      },
    );
    return [updated, m, v];
  },
};
