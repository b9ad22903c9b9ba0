import type { Scalar, Tensor4D } from "@tensorflow/tfjs-core";
import type { NetworkSpec } from "@unpaired/core";
import { adversarialLoss } from "@unpaired/core/tfjs";
import type { JudgeOptions } from "./judge.ts";
import type { Branch, Method } from "./method.ts";
import { pooledJudge } from "./pooled-judge.ts";

/** The networks of {@link refiners}. */
export interface RefinerOptions extends JudgeOptions {
  readonly generatorAB: NetworkSpec;
  readonly generatorBA: NetworkSpec;
  readonly discriminatorA: NetworkSpec;
  readonly discriminatorB: NetworkSpec;
}

/** What holds a refiner to its input. */
export interface RefinerDistance {
  /** Name of its loss terms, without the domain. */
  readonly term: string;
  /** Weighted distance of a translation from its input. */
  of(fake: Tensor4D, real: Tensor4D): Scalar;
}

/**
 * Two generators side by side, one for each direction, that share nothing: each is to stay near its input while a
 * discriminator, shown half fresh and half earlier fakes, takes the result for real.
 */
export function refiners(
  name: string,
  distance: RefinerDistance,
  { generatorAB, generatorBA, discriminatorA, discriminatorB, ...judging }: RefinerOptions,
): Method {
  const { term } = distance;
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
            [`${term}${to}`]: distance.of(fake, real!),
          },
          outputs: { [`fake${to}`]: fake },
        };
      },
    };
  };
  const halves = true;
  return {
    name,
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
    distance: (losses) => (losses[`${term}A`] ?? 0) + (losses[`${term}B`] ?? 0),
  };
}
