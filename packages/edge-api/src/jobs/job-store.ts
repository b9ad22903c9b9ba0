import type { ImageFormat, ProblemCode } from "@unpaired/core/contracts";
import type { JobDatabase, Statement } from "./bindings.ts";
import type { JobRow, ResultRow } from "./job-rows.ts";

/** Images one statement inserts: their keys and names stay below what D1 takes as one value, 1 MB. */
const IMAGES_PER_INSERT = 200;

/** An image of a job, or why a line of its manifest is none. */
export interface NewItem {
  readonly key: string | null;
  readonly id: string | null;
  /** Only where there is no key. */
  readonly detail?: string;
}

/** A job to be stored. */
export interface NewJob {
  readonly id: string;
  readonly owner: string;
  readonly model: string;
  readonly version: string;
  readonly parameters: string;
  readonly idempotencyKey: string | undefined;
  readonly requestSha256: string;
  readonly source:
    | { readonly items: readonly NewItem[] }
    | {
        readonly manifest: { readonly key: string; readonly etag: string; readonly size: number };
      };
}

/** An image of a job with what is needed to translate it. */
export interface ItemRow {
  readonly status: JobRow["status"];
  readonly model: string;
  readonly version: string;
  readonly parameters: string;
  readonly state: "pending" | "done" | "failed";
  readonly source_key: string | null;
  readonly code: ProblemCode | null;
  readonly detail: string | null;
}

/** How an image ended. */
export type Outcome =
  | {
      readonly status: "done";
      readonly format: ImageFormat;
      readonly width: number;
      readonly height: number;
      readonly bytes: number;
      readonly domainScore: number | null;
    }
  | { readonly status: "failed"; readonly code: ProblemCode; readonly detail: string };

/** Part of a manifest that has become images. */
export interface ExpandedSlice {
  /** Bytes of the manifest that were read before. */
  readonly offset: number;
  readonly nextOffset: number;
  readonly nextImages: number;
  readonly isLast: boolean;
}

/** Jobs and their images in D1; every change holds under repetition. */
export interface JobStore {
  /** Stores a job; where the owner's idempotency key has one already, nothing. */
  create(job: NewJob): Promise<void>;
  get(id: string): Promise<JobRow | null>;
  findByKey(owner: string, idempotencyKey: string): Promise<JobRow | null>;
  cancel(id: string): Promise<void>;
  /** Ends a job that cannot go on. */
  fail(id: string, detail: string): Promise<void>;
  item(job: string, index: number): Promise<ItemRow | null>;
  /** Counts an image as finished, once, however often it is told. */
  finish(job: string, index: number, outcome: Outcome): Promise<void>;
  /** Notes why a try failed that will be made again. */
  noteFailure(job: string, index: number, code: ProblemCode, detail: string): Promise<void>;
  addItems(job: string, first: number, items: readonly NewItem[]): Promise<void>;
  /** Moves on in the manifest; false where somebody else has. */
  advance(job: string, slice: ExpandedSlice): Promise<boolean>;
  /** Finished images behind `after`, in their order. */
  results(job: string, after: number, limit: number): Promise<ResultRow[]>;
  result(job: string, index: number): Promise<ResultRow | null>;
  /** Places of images that are not finished, from `from` on. */
  pending(job: string, from: number, limit: number): Promise<number[]>;
  /** Takes unfinished jobs that have not got on since a time, and notes that they were seen to. */
  takeStalled(beforeMs: number, nowMs: number, limit: number): Promise<JobRow[]>;
}

const unfinished = "status IN ('queued', 'running')";
const willEnd = `${unfinished} AND total IS NOT NULL AND done + failed + 1 >= total`;

/** @param nowMs the clock */
export function createJobStore(database: JobDatabase, nowMs: () => number): JobStore {
  const first = <Row>(sql: string, ...values: (string | number | null)[]) =>
    database
      .prepare(sql)
      .bind(...values)
      .first<Row>();
  const all = async <Row>(sql: string, ...values: (string | number | null)[]) =>
    (
      await database
        .prepare(sql)
        .bind(...values)
        .all<Row>()
    ).results;

  function insertItems(job: string, start: number, items: readonly NewItem[]): Statement[] {
    const statements: Statement[] = [];
    for (let offset = 0; offset < items.length; offset += IMAGES_PER_INSERT) {
      const some = items.slice(offset, offset + IMAGES_PER_INSERT);
      statements.push(
        database
          .prepare(
            `INSERT OR IGNORE INTO items (job_id, place, source_key, name, code, detail)
             SELECT ?1, ?2 + entry.key, entry.value ->> '$.key', entry.value ->> '$.id',
               CASE WHEN entry.value ->> '$.detail' IS NOT NULL THEN 'invalid_request' END,
               entry.value ->> '$.detail'
             FROM json_each(?3) AS entry WHERE EXISTS (SELECT 1 FROM jobs WHERE id = ?1)`,
          )
          .bind(job, start + offset, JSON.stringify(some)),
      );
    }
    return statements;
  }

  return {
    async create({ source, ...job }) {
      const isListed = "items" in source;
      const manifest = isListed ? undefined : source.manifest;
      const insert = database
        .prepare(
          `INSERT INTO jobs (id, owner, model, version, parameters, total, created_at, touched_at,
             idempotency_key, request_sha256, manifest_key, manifest_etag, manifest_bytes)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT DO NOTHING`,
        )
        .bind(
          job.id,
          job.owner,
          job.model,
          job.version,
          job.parameters,
          isListed ? source.items.length : null,
          nowMs(),
          job.idempotencyKey ?? null,
          job.requestSha256,
          manifest?.key ?? null,
          manifest?.etag ?? null,
          manifest?.size ?? null,
        );
      await database.batch([insert, ...(isListed ? insertItems(job.id, 0, source.items) : [])]);
    },

    get: (id) => first("SELECT * FROM jobs WHERE id = ?", id),

    findByKey: (owner, idempotencyKey) =>
      first("SELECT * FROM jobs WHERE owner = ? AND idempotency_key = ?", owner, idempotencyKey),

    async cancel(id) {
      await all(
        `UPDATE jobs SET status = 'cancelled', finished_at = ?2 WHERE id = ?1 AND ${unfinished}`,
        id,
        nowMs(),
      );
    },

    async fail(id, detail) {
      await all(
        `UPDATE jobs SET status = 'failed', finished_at = ?2, detail = ?3 WHERE id = ?1 AND ${unfinished}`,
        id,
        nowMs(),
        detail,
      );
    },

    item: (job, index) =>
      first(
        `SELECT jobs.status, jobs.model, jobs.version, jobs.parameters,
           items.state, items.source_key, items.code, items.detail
         FROM items JOIN jobs ON jobs.id = items.job_id WHERE items.job_id = ? AND items.place = ?`,
        job,
        index,
      ),

    async finish(job, index, outcome) {
      const isDone = outcome.status === "done";
      // The counts first: whether the image is still pending decides about both, in one transaction.
      const count = database
        .prepare(
          `UPDATE jobs SET done = done + ?3, failed = failed + 1 - ?3, touched_at = ?4,
             finished_at = CASE WHEN ${willEnd} THEN ?4 ELSE finished_at END,
             status = CASE WHEN ${willEnd} THEN 'done' WHEN ${unfinished} THEN 'running' ELSE status END
           WHERE id = ?1 AND EXISTS
             (SELECT 1 FROM items WHERE job_id = ?1 AND place = ?2 AND state = 'pending')`,
        )
        .bind(job, index, isDone ? 1 : 0, nowMs());
      const settle = database
        .prepare(
          `UPDATE items SET state = ?3, sequence = (SELECT done + failed FROM jobs WHERE id = ?1),
             format = ?4, width = ?5, height = ?6, bytes = ?7, domain_score = ?8, code = ?9, detail = ?10
           WHERE job_id = ?1 AND place = ?2 AND state = 'pending'`,
        )
        .bind(
          job,
          index,
          outcome.status,
          isDone ? outcome.format : null,
          isDone ? outcome.width : null,
          isDone ? outcome.height : null,
          isDone ? outcome.bytes : null,
          isDone ? outcome.domainScore : null,
          isDone ? null : outcome.code,
          isDone ? null : outcome.detail,
        );
      await database.batch([count, settle]);
    },

    async noteFailure(job, index, code, detail) {
      await all(
        "UPDATE items SET code = ?3, detail = ?4 WHERE job_id = ?1 AND place = ?2 AND state = 'pending'",
        job,
        index,
        code,
        detail,
      );
    },

    async addItems(job, start, items) {
      if (items.length > 0) await database.batch(insertItems(job, start, items));
    },

    async advance(job, { offset, nextOffset, nextImages, isLast }) {
      const ends = `?5 = 1 AND done + failed >= ?4`;
      const moved = await all(
        `UPDATE jobs SET manifest_offset = ?3, manifest_images = ?4, touched_at = ?6,
           total = CASE WHEN ?5 = 1 THEN ?4 END,
           finished_at = CASE WHEN ${ends} THEN ?6 END,
           status = CASE WHEN ${ends} THEN 'done' ELSE 'running' END
         WHERE id = ?1 AND manifest_offset = ?2 AND total IS NULL AND ${unfinished} RETURNING id`,
        job,
        offset,
        nextOffset,
        nextImages,
        isLast ? 1 : 0,
        nowMs(),
      );
      return moved.length > 0;
    },

    results: (job, after, limit) =>
      all(
        "SELECT * FROM items WHERE job_id = ? AND sequence > ? ORDER BY sequence LIMIT ?",
        job,
        after,
        limit,
      ),

    result: (job, index) =>
      first("SELECT * FROM items WHERE job_id = ? AND place = ? AND sequence IS NOT NULL", job, index),

    async pending(job, from, limit) {
      const rows = await all<{ place: number }>(
        `SELECT place FROM items WHERE job_id = ? AND place >= ? AND state = 'pending' ORDER BY place LIMIT ?`,
        job,
        from,
        limit,
      );
      return rows.map(({ place }) => place);
    },

    takeStalled: (beforeMs, nowMs, limit) =>
      all(
        `UPDATE jobs SET touched_at = ?2 WHERE id IN
           (SELECT id FROM jobs WHERE ${unfinished} AND touched_at < ?1 ORDER BY touched_at LIMIT ?3)
         RETURNING *`,
        beforeMs,
        nowMs,
        limit,
      ),
  };
}
