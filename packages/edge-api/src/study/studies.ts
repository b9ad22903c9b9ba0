import { type Random, restoreRandom } from "@unpaired/core";
import {
  type Study,
  type StudyAnswer,
  type StudyAnswered,
  type StudyResults,
  type StudySession,
  studyProtocol,
} from "@unpaired/core/contracts";
import type { JobDatabase } from "../jobs/bindings.ts";
import type { RegistryBucket } from "../model-registry/bucket.ts";
import { RequestError } from "../problems/request-error.ts";
import { drawSession, shownPair } from "./session-pairs.ts";
import { createStudySource, type StudySource } from "./study-source.ts";
import { createStudyStore, type StoredSession } from "./study-store.ts";

/** What clocks of two places may differ by. */
const TOLERANCE_MS = 100;
const SESSIONS_PER_PAGE = 100;

/** Perceptual studies: what their page and their operator ask. */
export interface Studies extends StudySource {
  /** Begins the session of a participant, or goes on with it. */
  start(study: Study, participant: string): Promise<StudySession>;
  /** @throws RequestError `not_found` or `conflict` */
  answer(study: Study, session: string, answer: StudyAnswer): Promise<StudyAnswered>;
  results(study: Study, after: number): Promise<StudyResults>;
}

/** Options of {@link createStudies}. */
export interface StudiesOptions {
  readonly bucket: RegistryBucket;
  readonly database: JobDatabase;
  readonly nowMs: () => number;
  /** A stream for each session; what it draws, nobody may foresee. */
  readonly newRandom?: () => Random;
  /** Makes ids that cannot be guessed. */
  readonly newId?: () => string;
}

/** Studies over a registry's bucket and a database. */
export function createStudies({
  bucket,
  database,
  nowMs,
  newRandom = unforeseeable,
  newId = () => crypto.randomUUID().replaceAll("-", ""),
}: StudiesOptions): Studies {
  const store = createStudyStore(database, nowMs);

  function running({ id: study, picture }: Study, { id, pairs, answered }: StoredSession): StudySession {
    const shown = [answered, answered + 1].map((place) => shownPair(study, pairs, place));
    return {
      status: "running",
      id,
      picture,
      practicePairs: studyProtocol.practicePairs,
      countedPairs: studyProtocol.countedPairs,
      answered,
      pairs: shown.filter((pair) => pair !== null),
    };
  }

  return {
    ...createStudySource(bucket, nowMs),

    async start(study, participant) {
      const before = await store.ofParticipant(study.id, participant);
      if (before?.isCompleted) return { status: "completed" };
      if (before) {
        await store.resume(before.id);
        return running(study, before);
      }
      const pairs = drawSession(study, newRandom(), newId);
      await store.start({ id: newId(), study: study.id, participant, pairs });
      // Whoever was first: two starts at once are one session.
      return running(study, (await store.ofParticipant(study.id, participant))!);
    },

    async answer(study, id, answer) {
      const session = await store.session(study.id, id);
      if (session === null) {
        throw new RequestError("not_found", "There is no such session; open the study's link anew.");
      }
      const place = session.pairs.findIndex((pair) => pair.id === answer.pair);
      if (place === -1 || place > session.answered) {
        throw new RequestError("conflict", "This pair is not the one that is due; answer in order.");
      }
      const isDue = place === session.answered;
      if (isDue) {
        const soonestMs = session.dueSinceMs + studyProtocol.shownMs - TOLERANCE_MS;
        if (nowMs() < soonestMs) {
          throw new RequestError(
            "conflict",
            "The answer came before the pair can have been seen; look first.",
          );
        }
      }
      const choice = await (isDue ? store.answer(session, answer) : store.choiceAt(id, place));
      if (choice !== answer.choice) {
        throw new RequestError("conflict", "This pair is answered already; an answer cannot be changed.");
      }
      const { isPractice, realSide } = session.pairs[place]!;
      return {
        answered: place + 1,
        ...(isPractice && { correct: answer.choice === realSide }),
        next: shownPair(study.id, session.pairs, place + 2),
        status: place + 1 === session.pairs.length ? "completed" : "running",
      };
    },

    async results({ id, title, methods }, after) {
      const { started, completed, methods: counts } = await store.counts(id);
      const sessions = await store.completed(id, after, SESSIONS_PER_PAGE);
      const isFull = sessions.length === SESSIONS_PER_PAGE;
      return {
        study: id,
        title,
        started,
        completed,
        methods: methods.map((name) => {
          const { pairs = 0, fooled = 0 } = counts.find(({ method }) => method === name) ?? {};
          return { name, pairs, fooled };
        }),
        sessions: sessions.map(({ sequence, completedAtMs, resumes, answers }) => ({
          sequence,
          completedAt: new Date(completedAtMs).toISOString(),
          resumes,
          answers: answers.map((row) => ({
            method: row.method,
            fake: row.fake,
            choice: row.choice,
            isFooled: row.is_fooled === 1,
            shownMs: row.shown_ms,
            responseMs: row.response_ms,
          })),
        })),
        nextAfter: isFull ? sessions.at(-1)!.sequence : null,
      };
    },
  };
}

/** 128 bits of the platform's own randomness. */
function unforeseeable(): Random {
  const [a, b, c, d] = crypto.getRandomValues(new Uint32Array(4));
  return restoreRandom([a!, b!, c!, d! | 1]);
}
