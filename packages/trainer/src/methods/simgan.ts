import { selfRegularization } from "@unpaired/core/tfjs";
import type { Method } from "./method.ts";
import { type RefinerOptions, refiners } from "./refiners.ts";

/** Settings of {@link simgan}. */
export interface SimGanOptions extends RefinerOptions {
  /** λ of the distance between a translation and its input. */
  readonly selfRegularizationWeight: number;
}

/**
 * SimGAN: refiners held to their input pixel by pixel.
 *
 * Source: arXiv 1612.07828, eq. 3 and section 2.3; arXiv 1703.10593, section 5.1.1; junyanz/CycleGAN
 * `content_gan_model.lua`.
 */
export function simgan({ selfRegularizationWeight, ...options }: SimGanOptions): Method {
  return refiners(
    "simgan",
    {
      term: "selfRegularization",
      of: (fake, real) => selfRegularization(fake, real, selfRegularizationWeight),
    },
    options,
  );
}
