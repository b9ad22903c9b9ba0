import type { Random } from "@unpaired/core";
import { drawStudyPairs, pairsPerParticipant, studyProtocol } from "@unpaired/core/contracts";
import { StudyError } from "./errors.ts";
import type { PicturedScene } from "./pair-pictures.ts";

/** Which pictures are shown as what. */
export interface StudyPlan {
  readonly practice: readonly { readonly real: string; readonly fake: string; readonly method: string }[];
  /** What counted pairs are drawn from; shares no picture with practice. */
  readonly scenes: readonly PicturedScene[];
}

/**
 * Sets pairs aside for practice such that the rest is enough for every participant.
 *
 * @throws StudyError `too_few_pairs`, with what is missing
 */
export function planStudy(
  scenes: readonly PicturedScene[],
  methods: readonly string[],
  random: Random,
): StudyPlan {
  const usable = scenes.filter(({ fakes }) => fakes.size > 0);
  const offered = usable.map(({ fakes }) => ({ fakes: Object.fromEntries(fakes) }));
  const draw = (from: typeof offered, count: number) => drawStudyPairs(from, { methods, count, random });
  const both = draw(offered, pairsPerParticipant);
  const drawn = both && practiceOf(both, methods);
  const practised = new Set(drawn?.map(({ scene }) => scene));
  const rest = usable.filter((_, index) => !practised.has(index));
  const isEnough =
    drawn &&
    draw(
      rest.map(({ fakes }) => ({ fakes: Object.fromEntries(fakes) })),
      studyProtocol.countedPairs,
    );
  if (!isEnough) throw tooFew(usable, methods);
  return {
    practice: drawn.map(({ scene, method }) => {
      const { real, fakes } = usable[scene]!;
      return { real, fake: fakes.get(method)!, method };
    }),
    scenes: rest,
  };
}

/** Ten of fifty pairs, of every method as many as of any other, or one more. */
function practiceOf<Pair extends { readonly method: string }>(
  pairs: readonly Pair[],
  methods: readonly string[],
): Pair[] {
  const queues = methods.map((name) => pairs.filter(({ method }) => method === name));
  const practice: Pair[] = [];
  // The longest first: what is left of them is as even.
  queues.sort((one, other) => other.length - one.length);
  for (let turn = 0; practice.length < studyProtocol.practicePairs; turn++) {
    for (const queue of queues) {
      const pair = queue[turn];
      if (pair && practice.length < studyProtocol.practicePairs) practice.push(pair);
    }
  }
  return practice;
}

function tooFew(scenes: readonly PicturedScene[], methods: readonly string[]): StudyError {
  const perMethod = Math.ceil(pairsPerParticipant / methods.length);
  const counts = methods.map((name) => ({
    name,
    count: scenes.filter(({ fakes }) => fakes.has(name)).length,
  }));
  const short = counts.filter(({ count }) => count < perMethod);
  const missing = [
    ...(scenes.length < pairsPerParticipant
      ? [`${pairsPerParticipant - scenes.length} more real pictures that have a fake beside them`]
      : []),
    ...short.map(({ name, count }) => `${perMethod - count} more fakes of ${name}`),
  ];
  return new StudyError(
    "too_few_pairs",
    `A participant sees ${pairsPerParticipant} pairs, no picture twice and every method as often; ${
      missing.length > 0
        ? `missing are ${missing.join(" and ")}.`
        : "the fakes lie too unevenly over the real pictures, add fakes under the names of more of them."
    }`,
  );
}
