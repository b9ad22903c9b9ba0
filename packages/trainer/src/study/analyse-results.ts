import { createRandom } from "@unpaired/core";
import { type StudyResults, studyProtocol } from "@unpaired/core/contracts";
import { bootstrapShare, type Interval, quantile } from "./bootstrap.ts";

/** Nobody judges a picture and moves a finger sooner. */
const HASTY_MS = 200;
/** One side of 40 this often comes about by chance in less than one of a million sessions. */
const ONE_SIDED_SHARE = 0.9;
const SHOWN_TOLERANCE_MS = 100;

/** What makes a session suspicious. */
export type Suspicion = "one-sided" | "hasty" | "display" | "reloaded";

/** A completed session as a whole. */
export interface SessionFigures {
  readonly sequence: number;
  readonly completedAt: string;
  /** Share of answers that named the left picture, 0–1. */
  readonly leftShare: number;
  readonly medianResponseMs: number;
  readonly medianShownMs: number;
  readonly resumes: number;
  readonly suspicions: readonly Suspicion[];
}

/** What a study says of a method. */
export interface MethodFigures {
  readonly name: string;
  /** Share of fakes that were labelled real, 0–1; undefined without answers. Real pictures cannot be told from real ones at 0.5. */
  readonly fooledShare: number | undefined;
  readonly interval: Interval | undefined;
  readonly fooled: number;
  /** Pairs counted. */
  readonly pairs: number;
  readonly participants: number;
  /** Different fakes that were shown. */
  readonly fakes: number;
}

/** Results of a study with what can be said of them. */
export interface AnalysedResults {
  readonly study: string;
  readonly title: string;
  readonly started: number;
  readonly completed: number;
  /** Sessions that the figures are made of. */
  readonly counted: number;
  readonly methods: readonly MethodFigures[];
  readonly sessions: readonly SessionFigures[];
}

/** Options of {@link analyseResults}. */
export interface AnalyseOptions {
  readonly seed: number;
  readonly resamples: number;
  /** Leaves sessions out that are suspicious. */
  readonly withoutSuspicious?: boolean;
}

/** Makes figures with 95 % intervals of a study's answers. */
export function analyseResults(
  { study, title, started, completed, methods, sessions }: Omit<StudyResults, "nextAfter">,
  { seed, resamples, withoutSuspicious = false }: AnalyseOptions,
): AnalysedResults {
  const figures = sessions.map(describeSession);
  const counted = sessions.filter(
    (_, index) => !withoutSuspicious || figures[index]!.suspicions.length === 0,
  );
  return {
    study,
    title,
    started,
    completed,
    counted: counted.length,
    methods: methods.map(({ name }) => {
      const answers = counted.flatMap(({ sequence: participant, answers }) =>
        answers
          .filter(({ method }) => method === name)
          .map(({ fake: pair, isFooled }) => ({ participant, pair, isFooled })),
      );
      const fooled = answers.filter(({ isFooled }) => isFooled).length;
      // A stream of its own, so that a method's interval does not hang on which others there are.
      const random = createRandom(seed).fork(name);
      return {
        name,
        fooledShare: answers.length === 0 ? undefined : fooled / answers.length,
        interval: bootstrapShare(answers, { random, resamples }),
        fooled,
        pairs: answers.length,
        participants: new Set(answers.map(({ participant }) => participant)).size,
        fakes: new Set(answers.map(({ pair }) => pair)).size,
      };
    }),
    sessions: figures,
  };
}

function describeSession({
  sequence,
  completedAt,
  resumes,
  answers,
}: StudyResults["sessions"][number]): SessionFigures {
  const leftShare = answers.filter(({ choice }) => choice === "left").length / answers.length;
  const medianResponseMs = quantile(
    answers.map(({ responseMs }) => responseMs),
    0.5,
  );
  const medianShownMs = quantile(
    answers.map(({ shownMs }) => shownMs),
    0.5,
  );
  const suspicions: Suspicion[] = [];
  if (Math.max(leftShare, 1 - leftShare) >= ONE_SIDED_SHARE) suspicions.push("one-sided");
  if (medianResponseMs < HASTY_MS) suspicions.push("hasty");
  if (Math.abs(medianShownMs - studyProtocol.shownMs) > SHOWN_TOLERANCE_MS) suspicions.push("display");
  if (resumes > 2) suspicions.push("reloaded");
  return { sequence, completedAt, leftShare, medianResponseMs, medianShownMs, resumes, suspicions };
}
