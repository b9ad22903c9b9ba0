import * as z from "zod";
import { imageFitSchema, imageFormatSchema, problemCodeSchema } from "./http.ts";
import { modelIdSchema, versionIdSchema } from "./manifest.ts";

/** Job ids are given by the service and cannot be guessed. */
export const jobIdSchema = z.string().regex(/^[0-9a-z]{16,40}$/, "a job id is 16–40 of a-z and 0-9");

/** Key of an image, or of a list of them, in the bucket of uploads. */
export const uploadKeySchema = z
  .string()
  .max(512)
  .regex(/^uploads\/[^\p{Cc}]+$/u, 'a key begins with "uploads/" and holds no control characters');

/** One image of a job: an object of the bucket, and what its owner calls it. A line of a manifest is one of these. */
export const jobImageSchema = z.strictObject({
  key: uploadKeySchema,
  /** The caller's own name for it, given back with its result. */
  id: z.string().min(1).max(200).optional(),
});

/** How all images of a job are translated, as `POST /translate` would. */
const jobTranslationShape = {
  model: modelIdSchema,
  /** The one that is published when the job is created, when absent; all images of a job get the same. */
  version: versionIdSchema.optional(),
  /** Each image's own when absent. */
  format: imageFormatSchema.optional(),
  quality: z.int().min(1).max(100).optional(),
  size: z.int().min(16).max(1024).optional(),
  fit: imageFitSchema.optional(),
  keepSize: z.boolean().optional(),
  rejectAbove: z.number().positive().optional(),
};

/** The `job` part of a multipart `POST /jobs`, whose images are its `image` parts, 100 at most. */
export const uploadedJobSchema = z.strictObject(jobTranslationShape);

/** Body of `POST /jobs`: images listed here, or in an object of the bucket with one of them on each line. */
export const createJobSchema = z.union([
  z.strictObject({ ...jobTranslationShape, images: z.array(jobImageSchema).min(1).max(1000) }),
  z.strictObject({ ...jobTranslationShape, manifest: uploadKeySchema }),
]);

export const jobStatusSchema = z.enum(["queued", "running", "done", "cancelled", "failed"]);

/** Body of `POST /jobs`, `GET /jobs/:id` and `DELETE /jobs/:id`. */
export const jobSchema = z.strictObject({
  id: jobIdSchema,
  model: modelIdSchema,
  version: versionIdSchema,
  /** `done` once every image is translated or failed; `failed` where the job itself cannot go on. */
  status: jobStatusSchema,
  /** Images of the job; null while its manifest is being read. */
  total: z.int().nonnegative().nullable(),
  /** Images translated. */
  done: z.int().nonnegative(),
  /** Images that cannot be translated. */
  failed: z.int().nonnegative(),
  createdAt: z.iso.datetime(),
  /** Null until it is done, cancelled or failed. */
  finishedAt: z.iso.datetime().nullable(),
  /** Why the job failed, in one sentence; null otherwise. */
  detail: z.string().nullable(),
});

const jobResultShape = {
  /** Rises with each image that is finished; `after=` goes on behind it. */
  sequence: z.int().positive(),
  /** Place of the image in the job, from 0. */
  index: z.int().nonnegative(),
  /** The caller's own name for it; null where none was given. */
  id: z.string().nullable(),
};

/** One line of `GET /jobs/:id/results`. */
export const jobResultSchema = z.discriminatedUnion("status", [
  z.strictObject({
    ...jobResultShape,
    status: z.literal("done"),
    /** Where the image is: a path of this service, `/jobs/<id>/results/<index>`. */
    path: z.string(),
    contentType: z.enum(["image/png", "image/jpeg", "image/webp"]),
    width: z.int().positive(),
    height: z.int().positive(),
    bytes: z.int().positive(),
    domainScore: z.number().nullable(),
  }),
  z.strictObject({
    ...jobResultShape,
    status: z.literal("failed"),
    code: problemCodeSchema,
    /** One sentence that names the offending value and the cure. */
    detail: z.string(),
  }),
]);

export type JobImage = z.infer<typeof jobImageSchema>;
export type UploadedJob = z.infer<typeof uploadedJobSchema>;
export type CreateJob = z.infer<typeof createJobSchema>;
export type JobStatus = z.infer<typeof jobStatusSchema>;
export type Job = z.infer<typeof jobSchema>;
export type JobResult = z.infer<typeof jobResultSchema>;
