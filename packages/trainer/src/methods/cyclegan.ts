import type { Scalar } from "@tensorflow/tfjs-core";
import type { NetworkSpec } from "@unpaired/core";
import { adversarialLoss, cycleConsistency, identity } from "@unpaired/core/tfjs";
import type { JudgeOptions } from "./judge.ts";
import type { Branch, Method, Phase } from "./method.ts";
import type { CycleObjective } from "./method-names.ts";
import { pooledJudge } from "./pooled-judge.ts";

/** Settings of {@link cyclegan}. */
export interface CycleGanOptions extends JudgeOptions {
  readonly generatorAB: NetworkSpec;
  readonly generatorBA: NetworkSpec;
  readonly discriminatorA: NetworkSpec;
  readonly discriminatorB: NetworkSpec;
  /** λ of the cycle consistency of each domain's images. */
  readonly cycleWeights: Readonly<Record<"A" | "B", number>>;
  /** Weight of a domain's identity loss as a fraction of its λ; 0 leaves it out. */
  readonly identityWeight: number;
  readonly objective: CycleObjective;
}

/**
 * CycleGAN: two generators held together by cycle consistency, two discriminators.
 *
 * The generators' loss is a sum of two halves, A → B → A and B → A → B, that share weights but no tensors; each is a
 * branch, and so is each discriminator. An ablation has no networks, passes or pools that its terms do not need.
 *
 * Source: arXiv 1703.10593, eq. 3; junyanz/pytorch-CycleGAN-and-pix2pix `cycle_gan_model.py`.
 */
export function cyclegan({
  generatorAB,
  generatorBA,
  discriminatorA,
  discriminatorB,
  cycleWeights,
  identityWeight,
  objective,
  ...judging
}: CycleGanOptions): Method {
  const judged = objective !== "cycle-alone";
  const closes = {
    A: objective !== "gan-alone" && objective !== "gan-backward",
    B: objective !== "gan-alone" && objective !== "gan-forward",
  };
  const half = (from: "A" | "B", to: "A" | "B"): Branch => {
    const forth = `generator${from}${to}`;
    const back = `generator${to}${from}`;
    const weight = cycleWeights[from];
    return {
      name: `${from}${to}${from}`,
      trains: closes[from] || identityWeight > 0 ? [forth, back] : [forth],
      reads: { real: { real: from } },
      objective({ run }, { real }) {
        const fake = run(forth, real!);
        const terms: Record<string, Scalar> = {};
        const reconstructed = closes[from] ? run(back, fake) : undefined;
        if (judged) {
          const logits = run(`discriminator${to}`, fake);
          terms[`adversarial${to}`] = adversarialLoss(judging.ganMode, logits, "real");
        }
        if (reconstructed) terms[`cycle${from}`] = cycleConsistency(reconstructed, real!, weight);
        if (identityWeight > 0) {
          // The reference makes its identity passes after all others, and batch norms remember the order.
          const same = run(back, real!, { observe: "last" });
          terms[`identity${from}`] = identity(same, real!, weight * identityWeight);
        }
        return { terms, ...(judged && { outputs: { [`fake${to}`]: fake } }) };
      },
    };
  };
  const generators: Phase = { name: "generators", branches: [half("A", "B"), half("B", "A")] };
  const discriminators: Phase = {
    name: "discriminators",
    branches: [pooledJudge("B", judging), pooledJudge("A", judging)],
  };
  return {
    name: "cyclegan",
    networks: { generatorAB, generatorBA, ...(judged && { discriminatorA, discriminatorB }) },
    phases: judged ? [generators, discriminators] : [generators],
    directions: [
      { network: "generatorAB", from: "A", to: "B" },
      { network: "generatorBA", from: "B", to: "A" },
    ],
    distance: ({ cycleA = 0, cycleB = 0 }) => cycleA + cycleB,
  };
}
