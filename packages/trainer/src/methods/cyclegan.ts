import type { NetworkSpec } from "@unpaired/core";
import { cycleConsistency, discriminatorLoss, identity, leastSquares } from "@unpaired/core/tfjs";
import type { Branch, Method } from "./method.ts";

/** Settings of {@link cyclegan}. */
export interface CycleGanOptions {
  readonly generator: NetworkSpec;
  readonly discriminator: NetworkSpec;
  /** λ of the cycle consistency. */
  readonly cycleWeight?: number;
  /** Weight of the identity loss as a fraction of λ; 0 leaves it out. */
  readonly identityWeight?: number;
}

/**
 * CycleGAN: two generators held together by cycle consistency, two discriminators, least-squares adversarial losses.
 *
 * The generators' loss is a sum of two halves, A → B → A and B → A → B, that share weights but no tensors; each is a
 * branch, and so is each discriminator.
 *
 * Source: arXiv 1703.10593, eq. 3; junyanz/pytorch-CycleGAN-and-pix2pix `cycle_gan_model.py`.
 */
export function cyclegan({
  generator,
  discriminator,
  cycleWeight = 10,
  identityWeight = 0.5,
}: CycleGanOptions): Method {
  const half = (from: "A" | "B", to: "A" | "B"): Branch => {
    const forth = `generator${from}${to}`;
    const back = `generator${to}${from}`;
    return {
      name: `${from}${to}${from}`,
      trains: [forth, back],
      reads: { real: { real: from } },
      objective(run, { real }) {
        const fake = run(forth, real!);
        const reconstructed = run(back, fake);
        const terms = {
          [`adversarial${to}`]: leastSquares(run(`discriminator${to}`, fake), "real"),
          [`cycle${from}`]: cycleConsistency(reconstructed, real!, cycleWeight),
        };
        if (identityWeight > 0) {
          terms[`identity${from}`] = identity(run(back, real!), real!, cycleWeight * identityWeight);
        }
        return { terms, outputs: { [`fake${to}`]: fake } };
      },
    };
  };
  const judge = (domain: "A" | "B"): Branch => {
    const network = `discriminator${domain}`;
    return {
      name: network,
      trains: [network],
      reads: { real: { real: domain }, fake: { pooled: `fake${domain}` } },
      objective: (run, { real, fake }) => ({
        terms: { [network]: discriminatorLoss(run(network, real!), run(network, fake!)) },
      }),
    };
  };
  return {
    name: "cyclegan",
    networks: {
      generatorAB: generator,
      generatorBA: generator,
      discriminatorA: discriminator,
      discriminatorB: discriminator,
    },
    phases: [
      { name: "generators", branches: [half("A", "B"), half("B", "A")] },
      { name: "discriminators", branches: [judge("B"), judge("A")] },
    ],
    directions: [
      { network: "generatorAB", from: "A", to: "B" },
      { network: "generatorBA", from: "B", to: "A" },
    ],
  };
}
