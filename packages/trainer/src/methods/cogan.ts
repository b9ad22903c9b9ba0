import * as tf from "@tensorflow/tfjs-core";
import type { CoupledNetwork } from "@unpaired/core";
import { adversarialLoss, forward } from "@unpaired/core/tfjs";
import { drawLatents } from "./draw-latents.ts";
import { type JudgeOptions, judge } from "./judge.ts";
import { type LatentSearch, searchLatent } from "./latent-search.ts";
import type { Branch, BranchContext, Method, SearchDirection } from "./method.ts";

/** Settings of {@link cogan}. */
export interface CoGanOptions extends JudgeOptions {
  readonly generators: Readonly<Record<"A" | "B", CoupledNetwork>>;
  readonly discriminators: Readonly<Record<"A" | "B", CoupledNetwork>>;
  readonly latentSize: number;
  /** Side of the images it draws. */
  readonly sidePixels: number;
  readonly search: LatentSearch;
}

const SHARED_GENERATOR = "generatorShared";
const SHARED_DISCRIMINATOR = "discriminatorShared";

/**
 * CoGAN: a generator and a discriminator per domain, the generators' first and the discriminators' last layers being one and
 * the same. Both generators draw from the same latent vectors; no term ties an image of one domain to one of the other.
 *
 * What is shared is a network of its own, so that its weights exist once. An image is translated by searching for the latent
 * that draws it and drawing that in the other domain.
 *
 * Source: arXiv 1606.07536, eq. 3 and sections 3 and 4; arXiv 1703.10593, section 5.1.1.
 */
export function cogan({
  generators,
  discriminators,
  latentSize,
  sidePixels,
  search,
  ...judging
}: CoGanOptions): Method {
  /** Runs a domain's whole discriminator where its own part is named. */
  const wholeJudge = (context: BranchContext): BranchContext => ({
    ...context,
    run: (network, x, options) =>
      context.run(SHARED_DISCRIMINATOR, context.run(network, x, options), options),
  });
  const draw = (domain: "A" | "B"): Branch => ({
    // Branches of one name draw the same random numbers, and so the same latents.
    name: "latents",
    trains: [SHARED_GENERATOR, `generator${domain}`],
    reads: { real: { real: domain } },
    objective(context, { real }) {
      const latents = drawLatents(context.random, [real!.shape[0], 1, 1, latentSize]);
      // Both branches show the shared part the same latents; once is enough for its running statistics.
      const decoded = context.run(SHARED_GENERATOR, latents, { observe: domain === "A" });
      const fake = context.run(`generator${domain}`, decoded);
      const logits = wholeJudge(context).run(`discriminator${domain}`, fake);
      return {
        terms: { [`adversarial${domain}`]: adversarialLoss(judging.ganMode, logits, "real") },
        outputs: { [`fake${domain}`]: fake },
      };
    },
  });
  const tell = (domain: "A" | "B"): Branch => {
    const network = `discriminator${domain}`;
    return {
      name: network,
      trains: [network, SHARED_DISCRIMINATOR],
      reads: { real: { real: domain }, fake: { pooled: `fake${domain}` } },
      objective: (context, { real, fake }) => ({
        terms: judge(wholeJudge(context), judging, { network, domain, real: real!, fake: fake! }),
      }),
    };
  };
  const direction = (from: "A" | "B", to: "A" | "B"): SearchDirection => ({
    from,
    to,
    networks: [SHARED_GENERATOR, "generatorA", "generatorB"],
    multipleOf: sidePixels,
    async translate(weights, image) {
      const draw = (domain: "A" | "B", latents: tf.Tensor4D) => {
        const decoded = forward(generators[domain].shared, weights[SHARED_GENERATOR]!, latents);
        return forward(generators[domain].own, weights[`generator${domain}`]!, decoded);
      };
      const space = {
        latentSize,
        tilePixels: sidePixels,
        draw: (latents: tf.Tensor4D) => draw(from, latents),
      };
      const { latent } = await searchLatent(image, space, search);
      const drawn = tf.tidy(() => draw(to, latent));
      const [, height, width, channels] = drawn.shape;
      const data = Float32Array.from(await drawn.data());
      tf.dispose([latent, drawn]);
      return { data, height, width, channels };
    },
  });
  return {
    name: "cogan",
    networks: {
      [SHARED_GENERATOR]: generators.A.shared,
      generatorA: generators.A.own,
      generatorB: generators.B.own,
      discriminatorA: discriminators.A.own,
      discriminatorB: discriminators.B.own,
      [SHARED_DISCRIMINATOR]: discriminators.A.shared,
    },
    phases: [
      { name: "generators", branches: [draw("A"), draw("B")] },
      { name: "discriminators", branches: [tell("A"), tell("B")] },
    ],
    directions: [direction("A", "B"), direction("B", "A")],
    // Every term has an opponent.
    distance: () => 0,
  };
}
