import type { StudyAnswer, StudySide } from "@unpaired/core/contracts";
import type { JobDatabase } from "../jobs/bindings.ts";
import { type SessionPair, sessionPairsSchema } from "./session-pairs.ts";

/** A participant's session as it is stored. */
export interface StoredSession {
  readonly id: string;
  readonly pairs: readonly SessionPair[];
  /** Pairs answered so far. */
  readonly answered: number;
  /** Since when the pair that is due could be seen, in milliseconds since 1970. */
  readonly dueSinceMs: number;
  readonly isCompleted: boolean;
}

/** An answer as it is stored. */
export interface AnswerRow {
  readonly method: string;
  readonly fake: string;
  readonly choice: StudySide;
  readonly is_fooled: 0 | 1;
  readonly shown_ms: number;
  readonly response_ms: number;
}

/** A completed session with its counted answers. */
export interface CompletedSession {
  readonly sequence: number;
  readonly completedAtMs: number;
  readonly resumes: number;
  readonly answers: readonly AnswerRow[];
}

/** How many fakes of a method were shown in completed sessions, and how many of them were labelled real. */
export interface MethodCount {
  readonly method: string;
  readonly pairs: number;
  readonly fooled: number;
}

/** Sessions and their answers in D1; every change holds under repetition. */
export interface StudyStore {
  /** Stores a session; where the participant has one already, nothing. */
  start(session: {
    readonly id: string;
    readonly study: string;
    readonly participant: string;
    readonly pairs: readonly SessionPair[];
  }): Promise<void>;
  ofParticipant(study: string, participant: string): Promise<StoredSession | null>;
  session(study: string, id: string): Promise<StoredSession | null>;
  /** Notes that the page was loaded anew: the pair that is due can be seen from now on. */
  resume(id: string): Promise<void>;
  /**
   * Takes the answer to the pair that is due; nothing where another one is by now.
   *
   * @returns the choice that stands
   */
  answer(session: StoredSession, answer: StudyAnswer): Promise<StudySide | null>;
  choiceAt(session: string, place: number): Promise<StudySide | null>;
  counts(study: string): Promise<{ started: number; completed: number; methods: MethodCount[] }>;
  /** Completed sessions behind `after`, in their order. */
  completed(study: string, after: number, limit: number): Promise<CompletedSession[]>;
}

interface SessionRow {
  readonly id: string;
  readonly pairs: string;
  readonly answered: number;
  readonly due_since: number;
  readonly completed_at: number | null;
}

const choiceSql = "SELECT choice FROM study_answers WHERE session_id = ? AND place = ?";
const columns = "id, pairs, answered, due_since, completed_at";

/** @param nowMs the clock */
export function createStudyStore(database: JobDatabase, nowMs: () => number): StudyStore {
  const statement = (sql: string, ...values: (string | number | null)[]) =>
    database.prepare(sql).bind(...values);
  const all = async <Row>(sql: string, ...values: (string | number | null)[]) =>
    (await statement(sql, ...values).all<Row>()).results;

  async function find(sql: string, ...values: string[]): Promise<StoredSession | null> {
    const row = await statement(sql, ...values).first<SessionRow>();
    return (
      row && {
        id: row.id,
        pairs: sessionPairsSchema.parse(JSON.parse(row.pairs)),
        answered: row.answered,
        dueSinceMs: row.due_since,
        isCompleted: row.completed_at !== null,
      }
    );
  }

  return {
    async start({ id, study, participant, pairs }) {
      await all(
        `INSERT INTO study_sessions (id, study, participant, pairs, due_since, started_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT DO NOTHING`,
        id,
        study,
        participant,
        JSON.stringify(pairs),
        nowMs(),
      );
    },

    ofParticipant: (study, participant) =>
      find(`SELECT ${columns} FROM study_sessions WHERE study = ? AND participant = ?`, study, participant),

    session: (study, id) =>
      find(`SELECT ${columns} FROM study_sessions WHERE study = ? AND id = ?`, study, id),

    async resume(id) {
      await all(
        `UPDATE study_sessions SET resumes = resumes + 1, due_since = ?2
         WHERE id = ?1 AND completed_at IS NULL`,
        id,
        nowMs(),
      );
    },

    async answer({ id, pairs, answered: place }, { choice, shownMs, responseMs }) {
      const { method, fake, isPractice, realSide } = pairs[place]!;
      const isLast = place + 1 === pairs.length;
      // Both or neither, and only while this pair is due: an answer that comes twice, or at once with another, counts once.
      const [, , found] = await database.batch<{ choice: StudySide }>([
        statement(
          `INSERT INTO study_answers
             (session_id, place, method, fake, is_practice, choice, is_fooled, shown_ms, response_ms)
           SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
           WHERE EXISTS (SELECT 1 FROM study_sessions WHERE id = ?1 AND answered = ?2)
           ON CONFLICT DO NOTHING`,
          id,
          place,
          method,
          fake,
          isPractice ? 1 : 0,
          choice,
          choice === realSide ? 0 : 1,
          shownMs,
          responseMs,
        ),
        statement(
          `UPDATE study_sessions SET answered = answered + 1, due_since = ?3,
             completed_at = CASE WHEN ?4 = 1 THEN ?3 END,
             sequence = CASE WHEN ?4 = 1 THEN 1 + (SELECT COALESCE(MAX(sequence), 0)
               FROM study_sessions AS others WHERE others.study = study_sessions.study) END
           WHERE id = ?1 AND answered = ?2`,
          id,
          place,
          nowMs(),
          isLast ? 1 : 0,
        ),
        statement(choiceSql, id, place),
      ]);
      return found?.results[0]?.choice ?? null;
    },

    async choiceAt(session, place) {
      const [row] = await all<{ choice: StudySide }>(choiceSql, session, place);
      return row?.choice ?? null;
    },

    async counts(study) {
      const [sessions] = await all<{ started: number; completed: number }>(
        "SELECT COUNT(*) AS started, COUNT(completed_at) AS completed FROM study_sessions WHERE study = ?",
        study,
      );
      const methods = await all<MethodCount>(
        `SELECT method, COUNT(*) AS pairs, SUM(is_fooled) AS fooled
         FROM study_answers JOIN study_sessions ON study_sessions.id = session_id
         WHERE study = ? AND completed_at IS NOT NULL AND is_practice = 0 GROUP BY method`,
        study,
      );
      return { ...sessions!, methods };
    },

    async completed(study, after, limit) {
      const rows = await all<AnswerRow & { sequence: number; completed_at: number; resumes: number }>(
        `SELECT page.sequence, page.completed_at, page.resumes, answers.method, answers.fake, answers.choice,
           answers.is_fooled, answers.shown_ms, answers.response_ms
         FROM (SELECT * FROM study_sessions WHERE study = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3)
           AS page
         JOIN study_answers AS answers ON answers.session_id = page.id AND answers.is_practice = 0
         ORDER BY page.sequence, answers.place`,
        study,
        after,
        limit,
      );
      const bySequence = Map.groupBy(rows, ({ sequence }) => sequence);
      return [...bySequence].map(([sequence, answers]) => {
        const { completed_at: completedAtMs, resumes } = answers[0]!;
        return { sequence, completedAtMs, resumes, answers };
      });
    },
  };
}
