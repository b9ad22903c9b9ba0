import { ConfigError } from "../errors.ts";
import {
  type CycleObjective,
  cycleObjectives,
  type MethodName,
  methodNames,
} from "../methods/method-names.ts";

/** A row of the tables: a method, or what an ablation leaves of CycleGAN's. */
export interface Contestant {
  /** What `--methods` calls it. */
  readonly name: string;
  readonly title: string;
  readonly method: MethodName;
  readonly objective: CycleObjective;
  /** λ of the identity loss, in λ of the cycle. */
  readonly identityWeight: number;
  /** Time of a training step in CycleGANs, roughly, for the time left alone. */
  readonly stepCost: number;
}

const titles: Readonly<Record<string, string>> = {
  cogan: "CoGAN",
  bigan: "BiGAN/ALI",
  simgan: "SimGAN",
  "feature-gan": "Feature loss + GAN",
  cyclegan: "CycleGAN",
  pix2pix: "pix2pix (paired)",
  cut: "CUT",
  fastcut: "FastCUT",
  "cycle-alone": "Cycle alone",
  "gan-alone": "GAN alone",
  "gan-forward": "GAN + forward cycle",
  "gan-backward": "GAN + backward cycle",
  "cyclegan-identity": "CycleGAN + identity",
};

/** A contestant's name in print, also of one this program does not train. */
export function titleOf(name: string): string {
  return titles[name] ?? name;
}

const stepCosts: Readonly<Record<string, number>> = {
  "cycle-alone": 0.6,
  "gan-alone": 0.6,
  "gan-forward": 0.8,
  "gan-backward": 0.8,
  simgan: 0.6,
  bigan: 0.6,
  fastcut: 0.7,
  pix2pix: 0.5,
  "cyclegan-identity": 1.4,
};

const contestant = (name: string, method: MethodName, objective: CycleObjective): Contestant => ({
  // The paper's tables are about eq. 3, which has no identity loss.
  ...{ name, method, objective, identityWeight: 0 },
  title: titleOf(name),
  stepCost: stepCosts[name] ?? 1,
});

/** Every method, and CycleGAN's ablations behind it. */
export const contestants: readonly Contestant[] = methodNames.flatMap((method) => [
  contestant(method, method, "full"),
  ...(method === "cyclegan"
    ? cycleObjectives
        .filter((objective) => objective !== "full")
        .map((objective) => contestant(objective, method, objective))
    : []),
]);

/** What is in no table of the paper and runs where it is named: section 5.2's loss of photographs from paintings. */
const others: readonly Contestant[] = [
  { ...contestant("cyclegan-identity", "cyclegan", "full"), identityWeight: 0.5 },
];

/** Everything `--methods` knows. */
export const contestantNames: readonly string[] = [...contestants, ...others].map(({ name }) => name);

/**
 * The contestants that a comma-separated list names, in the tables' order.
 *
 * @throws ConfigError `unknown_method`
 */
export function contestantsNamed(list: string): Contestant[] {
  const names = new Set(list.split(",").map((name) => name.trim()));
  for (const name of names) {
    if (name === "all" || contestantNames.includes(name)) continue;
    throw new ConfigError(
      `"${name}" is no method of the tables; choose of all, ${contestantNames.join(", ")}.`,
      { code: "unknown_method" },
    );
  }
  return [
    ...contestants.filter(({ name }) => names.has("all") || names.has(name)),
    ...others.filter(({ name }) => names.has(name)),
  ];
}
