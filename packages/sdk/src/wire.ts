/** Image formats the API takes and gives. */
export type ImageFormat = "png" | "jpeg" | "webp";

/** One published file. */
export interface PublishedFile {
  /** `blobs/sha256/<hex>`. */
  key: string;
  bytes: number;
  sha256: string;
}

/** Mean and standard deviation of one scalar image feature over the training images. */
export interface FeatureStatistic {
  name: string;
  mean: number;
  standardDeviation: number;
}

/** A published model's description; immutable once written. */
export interface Manifest {
  schemaVersion: 1;
  /** Names one direction: `summer2winter`. */
  id: string;
  version: string;
  /** ISO 8601. */
  createdAt: string;
  method: string;
  domains: { from: string; to: string };
  input: {
    /** Side in pixels the model was trained for. */
    sizePixels: number;
    /** Both sides of what the model takes are multiples of this. */
    multipleOf: number;
    channels: 1 | 3;
  };
  files: { model: PublishedFile; weights: PublishedFile[] };
  quantization: "uint8" | "uint16" | "float16" | "float32";
  parameters: number;
  /** Multiply-adds of one forward pass at `input.sizePixels`². */
  multiplyAdds: number;
  training: {
    backend: string;
    steps: number;
    dataSet: string;
    seed: number;
    commit?: string | undefined;
  };
  /** Measured figures, by name. */
  metrics: Record<string, number>;
  /** What the domain score compares an input with. */
  domainStatistics: FeatureStatistic[];
}

/** A published version that cannot be used, and what serves instead. */
export interface BrokenModel {
  id: string;
  /** Null where the pointer itself cannot be read. */
  version: string | null;
  /** Version that goes on serving; null when there is none. */
  serving: string | null;
  /** When it was found broken, ISO 8601. */
  since: string;
  detail: string;
}

/** What `GET /health` answers. */
export interface Health {
  status: "ok" | "degraded";
  build: string;
  /** Which WebAssembly build of the engine answers. */
  engine: "relaxed-simd" | "simd";
  /** Absent when there is none. */
  broken?: BrokenModel[] | undefined;
}

/** Stable codes of problem answers. */
export type ProblemCode =
  | "invalid_request"
  | "unauthorized"
  | "forbidden"
  | "model_not_found"
  | "not_found"
  | "method_not_allowed"
  | "not_acceptable"
  | "length_required"
  | "image_too_large"
  | "unsupported_image"
  | "undecodable_image"
  | "invalid_parameter"
  | "out_of_domain"
  | "job_not_found"
  | "conflict"
  | "rate_limited"
  | "internal_error"
  | "service_misconfigured"
  | "model_unavailable";

/** RFC 9457 problem details with a stable code. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  /** One sentence that names the offending value and the cure. */
  detail: string;
  requestId: string;
}

/** One image of a job: an object of the service's bucket, and what its owner calls it. */
export interface JobImage {
  /** Begins with `uploads/`. */
  key: string;
  /** Given back with its result. */
  id?: string | undefined;
}

export type JobStatus = "queued" | "running" | "done" | "cancelled" | "failed";

/** Many images translated in the background. */
export interface Job {
  id: string;
  model: string;
  /** The one all images of the job are translated with. */
  version: string;
  /** `done` once every image is translated or failed; `failed` where the job itself cannot go on. */
  status: JobStatus;
  /** Images of the job; null while its manifest is being read. */
  total: number | null;
  /** Images translated. */
  done: number;
  /** Images that cannot be translated. */
  failed: number;
  /** ISO 8601. */
  createdAt: string;
  /** ISO 8601; null until the job is done, cancelled or failed. */
  finishedAt: string | null;
  /** Why the job failed, in one sentence; null otherwise. */
  detail: string | null;
}

interface FinishedImage {
  /** Rises with each image that is finished; `after` goes on behind it. */
  sequence: number;
  /** Place of the image in the job, from 0. */
  index: number;
  /** The caller's own name for it; null where none was given. */
  id: string | null;
}

/** An image of a job that is translated. */
export interface TranslatedImage extends FinishedImage {
  status: "done";
  /** Where the image is, as a path of the service; `jobs.image(id, index)` fetches it. */
  path: string;
  contentType: "image/png" | "image/jpeg" | "image/webp";
  /** In pixels. */
  width: number;
  /** In pixels. */
  height: number;
  bytes: number;
  domainScore: number | null;
}

/** An image of a job that cannot be translated. */
export interface FailedImage extends FinishedImage {
  status: "failed";
  code: ProblemCode;
  /** One sentence that names the offending value and the cure. */
  detail: string;
}

/** What became of one image of a job. */
export type JobResult = TranslatedImage | FailedImage;
