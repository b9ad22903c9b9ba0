/** Every training method. */
export const methodNames = [
  "cyclegan",
  "pix2pix",
  "simgan",
  "feature-gan",
  "bigan",
  "cogan",
  "cut",
  "fastcut",
] as const;

export type MethodName = (typeof methodNames)[number];

/**
 * Which terms of a CycleGAN's objective are kept: all, or what is left in one of the paper's ablations. The forward cycle
 * is F(G(x)) ≈ x for A's images x, the backward one G(F(y)) ≈ y for B's.
 *
 * Source: arXiv 1703.10593, section 5.1.3, tables 4 and 5.
 */
export const cycleObjectives = ["full", "cycle-alone", "gan-alone", "gan-forward", "gan-backward"] as const;

export type CycleObjective = (typeof cycleObjectives)[number];
