import type { Scalar, Tensor4D } from "@tensorflow/tfjs-core";
import { discriminatorLoss, type GanMode, gradientPenalty } from "@unpaired/core/tfjs";
import type { BranchContext } from "./method.ts";

/** How a discriminator learns. */
export interface JudgeOptions {
  readonly ganMode: GanMode;
  /** Weight of the gradient penalty; `wgangp` only. */
  readonly gradientPenaltyWeight: number;
}

/**
 * A discriminator's loss terms: half the sum of its errors on real and fake images and, for `wgangp`, the penalty on its
 * slope between them.
 *
 * Source: junyanz/pytorch-CycleGAN-and-pix2pix `backward_D_basic`, `cal_gradient_penalty`.
 *
 * @param domain suffix of the terms' names
 */
export function judge(
  { run, random }: BranchContext,
  { ganMode, gradientPenaltyWeight }: JudgeOptions,
  { network, domain, real, fake }: { network: string; domain: string; real: Tensor4D; fake: Tensor4D },
): Record<string, Scalar> {
  const terms: Record<string, Scalar> = {
    [`discriminator${domain}`]: discriminatorLoss(ganMode, run(network, real), run(network, fake)),
  };
  if (ganMode === "wgangp" && gradientPenaltyWeight > 0) {
    const mixing = Float32Array.from({ length: real.shape[0] }, () => random.uniform());
    terms[`gradientPenalty${domain}`] = gradientPenalty(
      (x) => run(network, x, { twiceDifferentiable: true, observe: false }),
      { real, fake, mixing },
      gradientPenaltyWeight,
    );
  }
  return terms;
}
