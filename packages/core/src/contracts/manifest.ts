import * as z from "zod";

/** Model ids name one direction (`summer2winter`): lower case letters, digits, `-`, `_`, `.`; 1–64 characters. */
export const modelIdSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,63}$/,
    "a model id is 1–64 of a-z, 0-9, '.', '_', '-' and starts with a letter or digit",
  );

/** Version ids are unique per model and sort by time of publishing (`20261123t041500-1a2b3c4d`). */
export const versionIdSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,63}$/,
    "a version is 1–64 of a-z, 0-9, '.', '_', '-' and starts with a letter or digit",
  );

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 is 64 lower-case hex digits");

/** One published file: `key` is `blobs/sha256/<hex>`, `bytes` its exact length. */
export const publishedFileSchema = z.strictObject({
  key: z.string().regex(/^blobs\/sha256\/[0-9a-f]{64}$/),
  bytes: z.int().positive(),
  sha256: sha256Schema,
});

/** How weights are stored: affine 8 or 16 bit integers per tensor, IEEE half, or plain float. */
export const quantizationSchema = z.enum(["uint8", "uint16", "float16", "float32"]);

/** Mean and standard deviation of one scalar image feature over the training images. */
export const featureStatisticSchema = z.strictObject({
  name: z.string().min(1),
  mean: z.number(),
  standardDeviation: z.number().nonnegative(),
});

/** The model's description beside its files; immutable once written. */
export const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: modelIdSchema,
  version: versionIdSchema,
  createdAt: z.iso.datetime(),
  method: z.string().min(1),
  domains: z.strictObject({ from: z.string().min(1), to: z.string().min(1) }),
  input: z.strictObject({
    /** Side in pixels the model was trained for. */
    sizePixels: z.int().positive().max(4096),
    /** Both sides of an input must be multiples of this. */
    multipleOf: z.int().positive().max(1024),
    channels: z.union([z.literal(1), z.literal(3)]),
  }),
  files: z.strictObject({
    model: publishedFileSchema,
    weights: z.array(publishedFileSchema).min(1).max(64),
  }),
  quantization: quantizationSchema,
  parameters: z.int().positive(),
  /** Multiply-adds of one forward pass at `input.sizePixels`². */
  multiplyAdds: z.int().positive(),
  training: z.strictObject({
    backend: z.string().min(1),
    steps: z.int().nonnegative(),
    dataSet: z.string().min(1),
    seed: z.int().nonnegative(),
    commit: z.string().optional(),
  }),
  /** Measured figures, by name (`psnrQuantized`, `l1`, …). */
  metrics: z.record(z.string(), z.number()),
  /** Feature statistics of the input domain; what the domain score compares an input with. */
  domainStatistics: z.array(featureStatisticSchema),
});

/** `models/<id>/latest.json`: the only object of a registry that ever changes. */
export const latestPointerSchema = z.strictObject({ version: versionIdSchema });

export type Manifest = z.infer<typeof manifestSchema>;
export type PublishedFile = z.infer<typeof publishedFileSchema>;
export type Quantization = z.infer<typeof quantizationSchema>;
export type FeatureStatistic = z.infer<typeof featureStatisticSchema>;
