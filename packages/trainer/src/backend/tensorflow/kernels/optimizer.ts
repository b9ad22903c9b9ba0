import { inputOf, type TensorflowKernel } from "../kernel.ts";

interface AdamAttrs {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly step: number;
}

/**
 * `AdamUpdate({ weight, m, v, gradient }, { learningRate, beta1, beta2, epsilon, step })` → new [weight, m, v].
 *
 * Source: arXiv 1412.6980, algorithm 1; epsilon outside the bias-corrected root as in PyTorch's `torch.optim.Adam`.
 */
const adamUpdate: TensorflowKernel = {
  name: "AdamUpdate",
  run(call, operations) {
    const { learningRate, beta1, beta2, epsilon, step } = call.attrs as unknown as AdamAttrs;
    return operations.run(({ input, op, scalar }) => {
      const T = { T: "float" } as const;
      const [weight, m, v, gradient] = ["weight", "m", "v", "gradient"].map((name) =>
        input(inputOf(call, name)),
      ) as [never, never, never, never];
      const blend = (moment: never, sample: never, share: number) =>
        op("AddV2", [moment, op("Mul", [op("Sub", [sample, moment], T), scalar(share)], T)], T);
      const m1 = blend(m, gradient, 1 - beta1);
      const v1 = blend(v, op("Square", [gradient], T) as never, 1 - beta2);
      const root = op("Sqrt", [v1], T);
      // The bias corrections drawn out of the quotient, so that they cost no pass over the weights.
      const correction = Math.sqrt(1 - beta2 ** step);
      const deviation = op("AddV2", [root, scalar(epsilon * correction)], T);
      const rate = scalar((learningRate * correction) / (1 - beta1 ** step));
      const moved = op("Sub", [weight, op("Mul", [op("Div", [m1, deviation], T), rate], T)], T);
      return [moved, m1, v1];
    });
  },
};

/** The optimiser's update. */
export const optimizerKernels: readonly TensorflowKernel[] = [adamUpdate];
