import * as tf from "@tensorflow/tfjs-core";
import type { NetworkSpec } from "@unpaired/core";
import { adversarialLoss, meanAbsoluteError } from "@unpaired/core/tfjs";
import type { FeatureNetwork } from "../feature-network/feature-network.ts";
import type { JudgeOptions } from "./judge.ts";
import type { Branch, Method } from "./method.ts";
import { pooledJudge } from "./pooled-judge.ts";

/** Settings of {@link featureGan}. */
export interface FeatureGanOptions extends JudgeOptions {
  readonly generatorAB: NetworkSpec;
  readonly generatorBA: NetworkSpec;
  readonly discriminatorA: NetworkSpec;
  readonly discriminatorB: NetworkSpec;
  /** λ of the distance between the features of a translation and of its input. */
  readonly featureWeight: number;
  /** What tells the features; only a training step needs it. */
  readonly features: FeatureNetwork | undefined;
}

/**
 * Feature loss + GAN: SimGAN whose distance to the input is taken between deep features and not between pixels. Where
 * several layers are read, it is the mean of their distances. The feature network is frozen and no part of the model.
 *
 * Source: arXiv 1703.10593, section 5.1.1; junyanz/CycleGAN `content_gan_model.lua`.
 */
export function featureGan({
  generatorAB,
  generatorBA,
  discriminatorA,
  discriminatorB,
  featureWeight,
  features,
  ...judging
}: FeatureGanOptions): Method {
  const translator = (from: "A" | "B", to: "A" | "B"): Branch => {
    const network = `generator${from}${to}`;
    return {
      name: network,
      trains: [network],
      reads: { real: { real: from } },
      objective({ run }, { real }) {
        if (!features) throw new TypeError("feature-gan computes a step only with its feature network.");
        const fake = run(network, real!);
        const logits = run(`discriminator${to}`, fake);
        const wanted = features.features(real!);
        const distances = features
          .features(fake)
          .map((found, layer) => meanAbsoluteError(found, wanted[layer]!));
        return {
          terms: {
            [`adversarial${to}`]: adversarialLoss(judging.ganMode, logits, "real"),
            [`feature${to}`]: tf.mul<tf.Scalar>(tf.addN(distances), featureWeight / distances.length),
          },
          outputs: { [`fake${to}`]: fake },
        };
      },
    };
  };
  const halves = true;
  return {
    name: "feature-gan",
    networks: { generatorAB, generatorBA, discriminatorA, discriminatorB },
    phases: [
      { name: "generators", branches: [translator("A", "B"), translator("B", "A")] },
      {
        name: "discriminators",
        branches: [pooledJudge("B", judging, { halves }), pooledJudge("A", judging, { halves })],
      },
    ],
    directions: [
      { network: "generatorAB", from: "A", to: "B" },
      { network: "generatorBA", from: "B", to: "A" },
    ],
    distance: ({ featureA = 0, featureB = 0 }) => featureA + featureB,
  };
}
