import type { NetworkSpec } from "@unpaired/core";
import { adversarialLoss, selfRegularization } from "@unpaired/core/tfjs";
import type { JudgeOptions } from "./judge.ts";
import type { Branch, Method } from "./method.ts";
import { pooledJudge } from "./pooled-judge.ts";

/** Settings of {@link simgan}. */
export interface SimGanOptions extends JudgeOptions {
  readonly generatorAB: NetworkSpec;
  readonly generatorBA: NetworkSpec;
  readonly discriminatorA: NetworkSpec;
  readonly discriminatorB: NetworkSpec;
  /** λ of the distance between a translation and its input. */
  readonly selfRegularizationWeight: number;
}

/**
 * SimGAN: a generator that is to change its input little while a discriminator, shown half fresh and half earlier fakes,
 * takes the result for real. Two of them stand side by side, one for each direction, and share nothing.
 *
 * Source: arXiv 1612.07828, eq. 3 and section 2.3; arXiv 1703.10593, section 5.1.1; junyanz/CycleGAN
 * `content_gan_model.lua`.
 */
export function simgan({
  generatorAB,
  generatorBA,
  discriminatorA,
  discriminatorB,
  selfRegularizationWeight,
  ...judging
}: SimGanOptions): Method {
  const refiner = (from: "A" | "B", to: "A" | "B"): Branch => {
    const network = `generator${from}${to}`;
    return {
      name: network,
      trains: [network],
      reads: { real: { real: from } },
      objective({ run }, { real }) {
        const fake = run(network, real!);
        const logits = run(`discriminator${to}`, fake);
        return {
          terms: {
            [`adversarial${to}`]: adversarialLoss(judging.ganMode, logits, "real"),
            [`selfRegularization${to}`]: selfRegularization(fake, real!, selfRegularizationWeight),
          },
          outputs: { [`fake${to}`]: fake },
        };
      },
    };
  };
  const halves = true;
  return {
    name: "simgan",
    networks: { generatorAB, generatorBA, discriminatorA, discriminatorB },
    phases: [
      { name: "generators", branches: [refiner("A", "B"), refiner("B", "A")] },
      {
        name: "discriminators",
        branches: [pooledJudge("B", judging, { halves }), pooledJudge("A", judging, { halves })],
      },
    ],
    directions: [
      { network: "generatorAB", from: "A", to: "B" },
      { network: "generatorBA", from: "B", to: "A" },
    ],
    distance: ({ selfRegularizationA = 0, selfRegularizationB = 0 }) =>
      selfRegularizationA + selfRegularizationB,
  };
}
