export {
  ApiError,
  type ApiErrorCode,
  AuthenticationError,
  ConflictError,
  InvalidImageError,
  InvalidRequestError,
  ModelUnavailableError,
  NotFoundError,
  RateLimitError,
  ServerError,
} from "./api-error.ts";
export type { BatchItem, BatchOptions, ImageSequence } from "./batch.ts";
export { Unpaired } from "./client.ts";
export type { ImageContentType } from "./content-type.ts";
export type { DecodedImage, ImagePixels } from "./decode-image.ts";
export type { ImageDataLike } from "./encode-image-data.ts";
export {
  AbortedError,
  ConnectionError,
  InvalidArgumentError,
  MalformedAnswerError,
  TimeoutError,
  UnpairedError,
} from "./errors.ts";
export type { ImageInput } from "./image-body.ts";
export type { CreateJobOptions, JobImages, JobResultsOptions, Jobs } from "./jobs.ts";
export type { ApiRequest, Middleware, Next } from "./middleware.ts";
export type { AnyRegistry, ModelIdOf } from "./model-id.ts";
export type { Models } from "./models.ts";
export type { ObjectUrl } from "./object-url.ts";
export type { Fetch, RequestOptions, Runtime, UnpairedOptions } from "./options.ts";
export type { TranslateResult } from "./result.ts";
export type { Timings } from "./server-timing.ts";
export type { TranslateOptions } from "./translate.ts";
export type { UploadProgress } from "./upload-progress.ts";
export type {
  BrokenModel,
  FailedImage,
  FeatureStatistic,
  Health,
  ImageFormat,
  Job,
  JobImage,
  JobResult,
  JobStatus,
  Manifest,
  Problem,
  ProblemCode,
  PublishedFile,
  TranslatedImage,
} from "./wire.ts";
