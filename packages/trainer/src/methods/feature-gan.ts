import * as tf from "@tensorflow/tfjs-core";
import { meanAbsoluteError } from "@unpaired/core/tfjs";
import type { FeatureNetwork } from "../feature-network/feature-network.ts";
import type { Method } from "./method.ts";
import { type RefinerOptions, refiners } from "./refiners.ts";

/** Settings of {@link featureGan}. */
export interface FeatureGanOptions extends RefinerOptions {
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
export function featureGan({ featureWeight, features, ...options }: FeatureGanOptions): Method {
  return refiners(
    "feature-gan",
    {
      term: "feature",
      of(fake, real) {
        if (!features) throw new TypeError("feature-gan computes a step only with its feature network.");
        const wanted = features.features(real);
        const distances = features
          .features(fake)
          .map((found, layer) => meanAbsoluteError(found, wanted[layer]!));
        return tf.mul<tf.Scalar>(tf.addN(distances), featureWeight / distances.length);
      },
    },
    options,
  );
}
