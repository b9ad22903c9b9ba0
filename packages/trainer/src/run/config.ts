import { z } from "zod";
import { ConfigError } from "../errors.ts";

const domainName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, "use 1–31 lower-case letters, digits or dashes");

/** Every setting of a training run; a run directory holds it resolved, and a run repeats from it. */
export const trainConfigSchema = z.strictObject({
  method: z.literal("cyclegan").default("cyclegan"),
  seed: z.int().nonnegative().max(0xffffffff).default(1),
  domains: z.strictObject({ A: domainName, B: domainName }).default({ A: "a", B: "b" }),
  data: z.strictObject({
    /** Shown in manifests. */
    name: z.string().min(1).max(100),
    directoryA: z.string().min(1),
    directoryB: z.string().min(1),
    /** Side in pixels images are resized to before the crop. */
    loadSizePixels: z.int().min(16).max(2048).default(286),
    cropSizePixels: z.int().min(16).max(2048).default(256),
    flip: z.boolean().default(true),
    batchSize: z.int().min(1).max(64).default(1),
  }),
  generator: z
    .strictObject({
      kind: z.enum(["resnet", "mobile-resnet"]).default("resnet"),
      filters: z.int().min(2).max(512).multipleOf(2).default(64),
      blocks: z.int().min(1).max(9).default(9),
      upsampling: z.enum(["transposed", "resize"]).default("transposed"),
    })
    .prefault({}),
  discriminator: z
    .strictObject({
      filters: z.int().min(1).max(512).default(64),
      layers: z.int().min(1).max(5).default(3),
    })
    .prefault({}),
  loss: z
    .strictObject({
      cycleWeight: z.number().nonnegative().max(1000).default(10),
      /** As a fraction of the cycle weight. */
      identityWeight: z.number().nonnegative().max(10).default(0.5),
    })
    .prefault({}),
  optimizer: z
    .strictObject({
      learningRate: z.number().positive().max(1).default(2e-4),
      beta1: z.number().min(0).lt(1).default(0.5),
      beta2: z.number().min(0).lt(1).default(0.999),
    })
    .prefault({}),
  schedule: z
    .strictObject({
      constantEpochs: z.int().nonnegative().max(10_000).default(100),
      decayEpochs: z.int().nonnegative().max(10_000).default(100),
      /** Ends the run early; the learning rate still follows the epochs. */
      maxSteps: z.int().positive().optional(),
    })
    .prefault({}),
  poolSize: z.int().nonnegative().max(1000).default(50),
  reporting: z
    .strictObject({
      logEverySteps: z.int().positive().default(50),
      sampleEverySteps: z.int().positive().default(1000),
      checkpointEverySteps: z.int().positive().default(1000),
    })
    .prefault({}),
});

/** A resolved configuration. */
export type TrainConfig = z.output<typeof trainConfigSchema>;

/** A configuration as a user writes it, defaults left out. */
export type TrainConfigInput = z.input<typeof trainConfigSchema>;

/**
 * Fills in defaults and checks every value.
 *
 * @throws ConfigError `invalid_config` naming the first setting at fault
 */
export function resolveConfig(input: unknown): TrainConfig {
  const parsed = trainConfigSchema.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const path = issue.path.join(".") || "the configuration";
    throw new ConfigError(`The setting ${path} is not usable: ${issue.message}.`, {
      code: "invalid_config",
      cause: parsed.error,
    });
  }
  const { loadSizePixels, cropSizePixels } = parsed.data.data;
  if (cropSizePixels > loadSizePixels) {
    throw new ConfigError(
      `data.cropSizePixels is ${cropSizePixels}, larger than data.loadSizePixels (${loadSizePixels}); crop at most what is loaded.`,
      { code: "invalid_config" },
    );
  }
  if (cropSizePixels % 4 !== 0) {
    throw new ConfigError(`data.cropSizePixels is ${cropSizePixels}; the generators need a multiple of 4.`, {
      code: "invalid_config",
    });
  }
  return parsed.data;
}
