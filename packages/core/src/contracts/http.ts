import * as z from "zod";
import { manifestSchema, modelIdSchema, versionIdSchema } from "./manifest.ts";

/** Image formats that come in and go out, as `format=` names them. */
export const imageFormatSchema = z.enum(["png", "jpeg", "webp"]);

/** How an image is fitted to a model, as `fit=` names it; see `fitImage`. */
export const imageFitSchema = z.enum(["contain", "cover", "stretch"]);

/** Query of `POST /translate`. */
export const translateQuerySchema = z.strictObject({
  model: modelIdSchema,
  version: versionIdSchema.optional(),
  format: imageFormatSchema.optional(),
  /** Encoder quality for JPEG and WebP, 1–100. */
  quality: z.coerce.number().int().min(1).max(100).optional(),
  /**
   * Side in pixels the input is fitted to, a multiple of the model's `multipleOf`, at least four of them where that is below
   * 32; the model's own size when absent.
   */
  size: z.coerce.number().int().min(16).max(1024).optional(),
  /** `contain` when absent. */
  fit: imageFitSchema.optional(),
  /** Scales the result back to the size of what was translated of the input; the bare name means `true`. */
  "keep-size": z.enum(["true", "false", ""]).optional(),
  /** Refuses inputs whose domain score is higher. */
  "reject-above": z.coerce.number().positive().optional(),
});

/** Body of `POST /translate` under `accept: application/json`. */
export const translateResponseSchema = z.strictObject({
  model: modelIdSchema,
  version: versionIdSchema,
  requestId: z.string(),
  domainScore: z.number().nullable(),
  contentType: z.enum(["image/png", "image/jpeg", "image/webp"]),
  width: z.int().positive(),
  height: z.int().positive(),
  /** The image, base64. */
  image: z.string(),
});

/** Body of `GET /models`. */
export const modelListSchema = z.strictObject({ models: z.array(manifestSchema) });

/** A published version that cannot be used, and what serves instead. */
export const brokenModelSchema = z.strictObject({
  id: modelIdSchema,
  /** Null where the pointer itself cannot be read. */
  version: versionIdSchema.nullable(),
  /** Version that goes on serving; null when there is none. */
  serving: versionIdSchema.nullable(),
  /** When it was found broken. */
  since: z.iso.datetime(),
  detail: z.string(),
});

/** Body of `GET /health`. */
export const healthSchema = z.strictObject({
  status: z.enum(["ok", "degraded"]),
  build: z.string(),
  /** Which WebAssembly build of the engine this isolate runs. */
  engine: z.enum(["relaxed-simd", "simd"]),
  /** Published versions that cannot be used, as far as this isolate knows; absent when there is none. */
  broken: z.array(brokenModelSchema).optional(),
});

/** Every `code` a problem answer can carry; stable, clients branch on it. */
export const problemCodeSchema = z.enum([
  "invalid_request",
  "unauthorized",
  "forbidden",
  "model_not_found",
  "not_found",
  "method_not_allowed",
  "not_acceptable",
  "length_required",
  "image_too_large",
  "unsupported_image",
  "undecodable_image",
  "invalid_parameter",
  "out_of_domain",
  "job_not_found",
  "conflict",
  "rate_limited",
  "internal_error",
  "service_misconfigured",
  "model_unavailable",
]);

/** RFC 9457 problem details, with our stable `code`. */
export const problemSchema = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int().min(400).max(599),
  code: problemCodeSchema,
  /** One sentence that names the offending value and the cure. */
  detail: z.string(),
  requestId: z.string(),
});

export type ImageFormat = z.infer<typeof imageFormatSchema>;
export type ImageFit = z.infer<typeof imageFitSchema>;
export type TranslateQuery = z.infer<typeof translateQuerySchema>;
export type TranslateResponse = z.infer<typeof translateResponseSchema>;
export type ModelList = z.infer<typeof modelListSchema>;
export type BrokenModel = z.infer<typeof brokenModelSchema>;
export type Health = z.infer<typeof healthSchema>;
export type ProblemCode = z.infer<typeof problemCodeSchema>;
export type Problem = z.infer<typeof problemSchema>;
