import * as z from "zod";
import { manifestSchema, modelIdSchema, versionIdSchema } from "./manifest.ts";

/** Image formats that come in and go out, as `format=` names them. */
export const imageFormatSchema = z.enum(["png", "jpeg", "webp"]);

/** Query of `POST /translate`. */
export const translateQuerySchema = z.strictObject({
  model: modelIdSchema,
  version: versionIdSchema.optional(),
  format: imageFormatSchema.optional(),
  /** Encoder quality for JPEG and WebP, 1–100. */
  quality: z.coerce.number().int().min(1).max(100).optional(),
  /** Side in pixels of the square the input is fitted to; the model's own size when absent. */
  size: z.coerce.number().int().min(16).max(1024).optional(),
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

/** Body of `GET /health`. */
export const healthSchema = z.strictObject({
  status: z.enum(["ok", "degraded"]),
  build: z.string(),
  /** Which WebAssembly build of the engine this isolate runs. */
  engine: z.enum(["relaxed-simd", "simd"]),
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
export type TranslateQuery = z.infer<typeof translateQuerySchema>;
export type TranslateResponse = z.infer<typeof translateResponseSchema>;
export type ModelList = z.infer<typeof modelListSchema>;
export type Health = z.infer<typeof healthSchema>;
export type ProblemCode = z.infer<typeof problemCodeSchema>;
export type Problem = z.infer<typeof problemSchema>;
