import * as tf from "@tensorflow/tfjs-core";
import type { NetworkSpec } from "@unpaired/core";
import { adversarialLoss, meanAbsoluteError } from "@unpaired/core/tfjs";
import { type JudgeOptions, judge } from "./judge.ts";
import type { Method } from "./method.ts";

/** Settings of {@link pix2pix}. */
export interface Pix2PixOptions extends JudgeOptions {
  readonly generator: NetworkSpec;
  /** Judges an input and its translation, concatenated along channels. */
  readonly discriminator: NetworkSpec;
  /** λ of the distance to the paired truth. */
  readonly l1Weight: number;
  readonly from: "A" | "B";
  readonly to: "A" | "B";
}

/**
 * pix2pix: one generator, paired images, a discriminator that sees the input beside what it judges.
 *
 * The discriminator learns first, and the generator then faces the updated one. Its translation is drawn twice, once for
 * the discriminator and once to be differentiated, with the same activations dropped.
 *
 * Source: arXiv 1611.07004; junyanz/pytorch-CycleGAN-and-pix2pix `pix2pix_model.py`.
 */
export function pix2pix({
  generator,
  discriminator,
  l1Weight,
  from,
  to,
  ...judging
}: Pix2PixOptions): Method {
  const forth = `generator${from}${to}`;
  const critic = `discriminator${to}`;
  const pass = "translate";
  return {
    name: "pix2pix",
    networks: { [forth]: generator, [critic]: discriminator },
    phases: [
      {
        name: "translate",
        branches: [
          {
            name: pass,
            trains: [],
            reads: { input: { real: from } },
            objective: ({ run }, { input }) => ({
              terms: {},
              outputs: { [`fake${to}`]: run(forth, input!, { pass }) },
            }),
          },
        ],
      },
      {
        name: "discriminator",
        branches: [
          {
            name: critic,
            trains: [critic],
            reads: { input: { real: from }, truth: { real: to }, fake: { produced: `fake${to}` } },
            objective: (context, { input, truth, fake }) => ({
              terms: judge(context, judging, {
                network: critic,
                domain: to,
                real: tf.concat([input!, truth!], 3),
                fake: tf.concat([input!, fake!], 3),
                fakeFirst: true,
              }),
            }),
          },
        ],
      },
      {
        name: "generator",
        branches: [
          {
            name: forth,
            trains: [forth],
            reads: { input: { real: from }, truth: { real: to } },
            objective({ run }, { input, truth }) {
              const fake = run(forth, input!, { pass, observe: false });
              const logits = run(critic, tf.concat([input!, fake], 3));
              return {
                terms: {
                  [`adversarial${to}`]: adversarialLoss(judging.ganMode, logits, "real"),
                  [`l1${to}`]: tf.mul(meanAbsoluteError(fake, truth!), l1Weight),
                },
              };
            },
          },
        ],
      },
    ],
    directions: [{ network: forth, from, to }],
    distance: (losses) => losses[`l1${to}`] ?? 0,
  };
}
