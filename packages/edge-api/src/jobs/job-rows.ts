import type {
  ImageFormat,
  Job,
  JobResult,
  JobStatus,
  ProblemCode,
  UploadedJob,
} from "@unpaired/core/contracts";

/** How a job's images are translated; its model and version stand beside it. */
export type JobParameters = Omit<UploadedJob, "model" | "version">;

/** A job as it is stored. */
export interface JobRow {
  readonly id: string;
  readonly owner: string;
  readonly model: string;
  readonly version: string;
  readonly parameters: string;
  readonly status: JobStatus;
  readonly total: number | null;
  readonly done: number;
  readonly failed: number;
  readonly detail: string | null;
  readonly created_at: number;
  readonly finished_at: number | null;
  readonly request_sha256: string;
  readonly manifest_key: string | null;
  readonly manifest_etag: string | null;
  readonly manifest_bytes: number | null;
  readonly manifest_offset: number;
  readonly manifest_images: number;
}

/** A finished image as it is stored. */
export interface ResultRow {
  readonly job_id: string;
  readonly place: number;
  readonly name: string | null;
  readonly state: "done" | "failed";
  readonly sequence: number;
  readonly format: ImageFormat | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly bytes: number | null;
  readonly domain_score: number | null;
  readonly code: ProblemCode | null;
  readonly detail: string | null;
}

/** Whether there is anything left to do for the job. */
export function isUnfinished({ status }: Pick<JobRow, "status">): boolean {
  return status === "queued" || status === "running";
}

/** A stored job as the contract has it. */
export function jobOf(row: JobRow): Job {
  const { id, model, version, status, total, done, failed, detail } = row;
  return {
    id,
    model,
    version,
    status,
    total,
    done,
    failed,
    createdAt: new Date(row.created_at).toISOString(),
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at).toISOString(),
    detail,
  };
}

/** A stored result as the contract has it. */
export function resultOf(row: ResultRow): JobResult {
  const { sequence, place: index, name: id } = row;
  if (row.state === "failed") {
    return { sequence, index, id, status: "failed", code: row.code!, detail: row.detail! };
  }
  return {
    sequence,
    index,
    id,
    status: "done",
    path: `/jobs/${row.job_id}/results/${index}`,
    contentType: `image/${row.format!}`,
    width: row.width!,
    height: row.height!,
    bytes: row.bytes!,
    domainScore: row.domain_score,
  };
}

/** Where the image of a result is in the bucket. */
export function resultKey(job: string, index: number, format: ImageFormat): string {
  return `results/${job}/${index}.${format}`;
}
