import { execFileSync, spawnSync } from "node:child_process";
import { createRandom } from "@unpaired/core";
import { describe, expect, it } from "vitest";
import { type BootstrapAnswer, bootstrapShare, quantile } from "./bootstrap.ts";

const hasNumPy = spawnSync("python3", ["-c", "import numpy"]).status === 0;

/** Participants and pairs that differ among themselves, as they do. */
function answersOf(participants: number, pairs: number, each: number): BootstrapAnswer[] {
  const random = createRandom(4);
  const leniency = Array.from({ length: participants }, () => random.uniform() * 0.4);
  const quality = Array.from({ length: pairs }, () => random.uniform() * 0.5);
  return leniency.flatMap((lenient, participant) =>
    random
      .permutation(pairs)
      .slice(0, each)
      .map((pair) => ({
        participant,
        pair: `pair${pair}`,
        isFooled: random.uniform() < lenient + quality[pair]!,
      })),
  );
}

const shareOf = (answers: readonly BootstrapAnswer[]) =>
  answers.filter(({ isFooled }) => isFooled).length / answers.length;

describe("a share's interval", () => {
  it("is that of the binomial where answers have nothing in common but chance", () => {
    const random = createRandom(2);
    // One answer of each participant about each pair: resampling either way alone gives p(1 − p)/n, both together three times that.
    const answers = Array.from({ length: 900 }, (_, index) => ({
      participant: index,
      pair: `pair${index}`,
      isFooled: random.uniform() < 0.3,
    }));
    const share = shareOf(answers);
    const { low, high } = bootstrapShare(answers, { random: createRandom(1), resamples: 3000 })!;
    const deviation = Math.sqrt((3 * share * (1 - share)) / 900);
    expect((high - low) / (2 * 1.96 * deviation)).toBeCloseTo(1, 1);
  });

  it("is wider where participants differ than chance alone makes it", () => {
    const answers = Array.from({ length: 400 }, (_, index) => {
      const participant = Math.floor(index / 20);
      return { participant, pair: `pair${index % 20}`, isFooled: participant % 2 === 0 };
    });
    const { low, high } = bootstrapShare(answers, { random: createRandom(1), resamples: 4000 })!;
    // Twenty fair coins: at most 5 heads come up with probability 0.021, at most 6 with 0.058. Four hundred would give 0.45 to 0.55.
    expect([low, high]).toEqual([expect.closeTo(0.3, 9), expect.closeTo(0.7, 9)]);
  });

  it("follows from the seed, and is nothing without answers", () => {
    const answers = answersOf(12, 40, 20);
    const options = (seed: number) => ({ random: createRandom(seed), resamples: 300 });
    expect(bootstrapShare(answers, options(1))).toEqual(bootstrapShare(answers, options(1)));
    expect(bootstrapShare(answers, options(1))).not.toEqual(bootstrapShare(answers, options(2)));
    expect(bootstrapShare([], options(1))).toBeUndefined();
    const one = [{ participant: 1, pair: "a", isFooled: true }];
    expect(bootstrapShare(one, options(1))).toEqual({ low: 1, high: 1 });
  });

  it("has quantiles between order statistics", () => {
    expect(quantile([3, 1, 2, 4], 0.5)).toBe(2.5);
    expect(quantile([10, 0], 0.025)).toBeCloseTo(0.25, 12);
    expect(quantile([7], 0.3)).toBe(7);
  });
});

const program = `
import json, sys
import numpy as np
given = json.load(sys.stdin)
participant, pair, fooled = (np.array(given[name]) for name in ("participant", "pair", "fooled"))
generator = np.random.default_rng(5)
def weights(count): return np.bincount(generator.integers(count, size=count), minlength=count)
shares = []
for _ in range(given["resamples"]):
    weight = weights(participant.max() + 1)[participant] * weights(pair.max() + 1)[pair]
    shares.append((weight * fooled).sum() / weight.sum())
values = np.array(given["values"])
json.dump({"interval": list(np.percentile(shares, [2.5, 97.5])), "quantiles": list(np.quantile(values, given["fractions"]))}, sys.stdout)
`;

describe.skipIf(!hasNumPy)("against NumPy (skipped where python3 cannot import it)", () => {
  it("intervals and quantiles are the same", () => {
    const answers = answersOf(25, 60, 20);
    const random = createRandom(9);
    const values = Array.from({ length: 37 }, () => random.normal());
    const fractions = [0, 0.025, 0.31, 0.5, 0.975, 1];
    const given = {
      participant: answers.map(({ participant }) => participant),
      pair: answers.map(({ pair }) => Number(pair.slice(4))),
      fooled: answers.map(({ isFooled }) => Number(isFooled)),
      resamples: 8000,
      values,
      fractions,
    };
    const said = execFileSync("python3", ["-c", program], { input: JSON.stringify(given), encoding: "utf8" });
    const { interval, quantiles } = JSON.parse(said) as { interval: [number, number]; quantiles: number[] };
    for (const [index, fraction] of fractions.entries()) {
      expect(quantile(values, fraction)).toBeCloseTo(quantiles[index]!, 12);
    }
    const { low, high } = bootstrapShare(answers, { random: createRandom(1), resamples: 8000 })!;
    // Two draws of 8000: the ends of an interval as wide as 0.2 differ by some thousandths.
    expect(Math.abs(low - interval[0])).toBeLessThan(0.006);
    expect(Math.abs(high - interval[1])).toBeLessThan(0.006);
    expect(interval[1] - interval[0]).toBeGreaterThan(0.1);
  });
});
