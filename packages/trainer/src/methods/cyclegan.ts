import type { NetworkSpec } from "@unpaired/core";
import { adversarialLoss, cycleConsistency, identity } from "@unpaired/core/tfjs";
import { type JudgeOptions, judge } from "./judge.ts";
import type { Branch, Method } from "./method.ts";

/** Settings of {@link cyclegan}. */
export interface CycleGanOptions extends JudgeOptions {
  readonly generatorAB: NetworkSpec;
  readonly generatorBA: NetworkSpec;
  readonly discriminatorA: NetworkSpec;
  readonly discriminatorB: NetworkSpec;
  /** λ of the cycle consistency of each domain's images. */
  readonly cycleWeights: Readonly<Record<"A" | "B", number>>;
  /** Weight of a domain's identity loss as a fraction of its λ; 0 leaves it out. */
  readonly identityWeight: number;
}

/**
 * CycleGAN: two generators held together by cycle consistency, two discriminators.
 *
 * The generators' loss is a sum of two halves, A → B → A and B → A → B, that share weights but no tensors; each is a
 * branch, and so is each discriminator.
 *
 * Source: arXiv 1703.10593, eq. 3; junyanz/pytorch-CycleGAN-and-pix2pix `cycle_gan_model.py`.
 */
export function cyclegan({
  generatorAB,
  generatorBA,
  discriminatorA,
  discriminatorB,
  cycleWeights,
  identityWeight,
  ...judging
}: CycleGanOptions): Method {
  const half = (from: "A" | "B", to: "A" | "B"): Branch => {
    const forth = `generator${from}${to}`;
    const back = `generator${to}${from}`;
    const weight = cycleWeights[from];
    return {
      name: `${from}${to}${from}`,
      trains: [forth, back],
      reads: { real: { real: from } },
      objective({ run }, { real }) {
        const fake = run(forth, real!);
        const reconstructed = run(back, fake);
        const terms = {
          [`adversarial${to}`]: adversarialLoss(judging.ganMode, run(`discriminator${to}`, fake), "real"),
          [`cycle${from}`]: cycleConsistency(reconstructed, real!, weight),
        };
        if (identityWeight > 0) {
          // The reference makes its identity passes after all others, and batch norms remember the order.
          const same = run(back, real!, { observe: "last" });
          terms[`identity${from}`] = identity(same, real!, weight * identityWeight);
        }
        return { terms, outputs: { [`fake${to}`]: fake } };
      },
    };
  };
  const discriminator = (domain: "A" | "B"): Branch => {
    const network = `discriminator${domain}`;
    return {
      name: network,
      trains: [network],
      reads: { real: { real: domain }, fake: { pooled: `fake${domain}` } },
      objective: (context, { real, fake }) => ({
        terms: judge(context, judging, { network, domain, real: real!, fake: fake! }),
      }),
    };
  };
  return {
    name: "cyclegan",
    networks: { generatorAB, generatorBA, discriminatorA, discriminatorB },
    phases: [
      { name: "generators", branches: [half("A", "B"), half("B", "A")] },
      { name: "discriminators", branches: [discriminator("B"), discriminator("A")] },
    ],
    directions: [
      { network: "generatorAB", from: "A", to: "B" },
      { network: "generatorBA", from: "B", to: "A" },
    ],
    distance: ({ cycleA = 0, cycleB = 0 }) => cycleA + cycleB,
  };
}
