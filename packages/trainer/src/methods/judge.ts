import type { Scalar, Tensor4D } from "@tensorflow/tfjs-core";
import { discriminatorLoss, type GanMode, gradientPenalty } from "@unpaired/core/tfjs";
import type { BranchContext } from "./method.ts";

/** How a discriminator learns. */
export interface JudgeOptions {
  readonly ganMode: GanMode;
  /** Weight of the gradient penalty; `wgangp` only. */
  readonly gradientPenaltyWeight: number;
}

/** What a discriminator is shown. */
export interface JudgedImages {
  readonly network: string;
  /** Suffix of the terms' names; may be empty. */
  readonly domain: string;
  readonly real: Tensor4D;
  readonly fake: Tensor4D;
  /** Runs the fake before the real, which a batch norm's running statistics remember. */
  readonly fakeFirst?: boolean;
}

/**
 * A discriminator's loss terms: half the sum of its errors on real and fake images and, for `wgangp`, the penalty on its
 * slope between them.
 *
 * Source: junyanz/pytorch-CycleGAN-and-pix2pix `backward_D_basic`, `cal_gradient_penalty`.
 */
export function judge(
  { run, random }: BranchContext,
  { ganMode, gradientPenaltyWeight }: JudgeOptions,
  { network, domain, real, fake, fakeFirst = false }: JudgedImages,
): Record<string, Scalar> {
  const [first, second] = fakeFirst ? [fake, real] : [real, fake];
  const logits = [run(network, first), run(network, second)] as const;
  const [realLogits, fakeLogits] = fakeFirst ? [logits[1], logits[0]] : logits;
  const terms: Record<string, Scalar> = {
    [`discriminator${domain}`]: discriminatorLoss(ganMode, realLogits, fakeLogits),
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
