import * as tf from "@tensorflow/tfjs-core";
import type { NetworkSpec } from "@unpaired/core";
import { adversarialLoss } from "@unpaired/core/tfjs";
import { type JudgeOptions, judge } from "./judge.ts";
import type { Branch, Method } from "./method.ts";

/** Settings of {@link bigan}. */
export interface BiGanOptions extends JudgeOptions {
  readonly generatorAB: NetworkSpec;
  readonly generatorBA: NetworkSpec;
  /** Judges an image of A and one of B, concatenated along channels. */
  readonly discriminator: NetworkSpec;
}

/**
 * BiGAN and ALI with a second image in place of the latent vector: one discriminator tells pairs (x, G(x)) from pairs
 * (F(y), y), and each generator makes its pairs pass for the other's. At the optimum G and F invert each other.
 *
 * Source: arXiv 1605.09782, eq. 2; arXiv 1606.00704, eq. 2; arXiv 1703.10593, section 5.1.1; junyanz/CycleGAN
 * `bigan_model.lua`, which calls the pairs of G real.
 */
export function bigan({ generatorAB, generatorBA, discriminator, ...judging }: BiGanOptions): Method {
  const critic = "discriminator";
  const generator = (from: "A" | "B", to: "A" | "B", aim: "real" | "fake"): Branch => {
    const network = `generator${from}${to}`;
    return {
      name: network,
      trains: [network],
      reads: { real: { real: from } },
      objective({ run }, { real }) {
        const fake = run(network, real!);
        const pair = tf.concat(from === "A" ? [real!, fake] : [fake, real!], 3);
        const loss = adversarialLoss(judging.ganMode, run(critic, pair), aim);
        return { terms: { [`adversarial${to}`]: loss }, outputs: { [`pair${from}${to}`]: pair } };
      },
    };
  };
  return {
    name: "bigan",
    networks: { generatorAB, generatorBA, [critic]: discriminator },
    phases: [
      { name: "generators", branches: [generator("A", "B", "fake"), generator("B", "A", "real")] },
      {
        name: "discriminator",
        branches: [
          {
            name: critic,
            trains: [critic],
            reads: { real: { pooled: "pairAB" }, fake: { pooled: "pairBA" } },
            objective: (context, { real, fake }) => ({
              terms: judge(context, judging, { network: critic, domain: "", real: real!, fake: fake! }),
            }),
          },
        ],
      },
    ],
    directions: [
      { network: "generatorAB", from: "A", to: "B" },
      { network: "generatorBA", from: "B", to: "A" },
    ],
    // Every term has an opponent.
    distance: () => 0,
  };
}
