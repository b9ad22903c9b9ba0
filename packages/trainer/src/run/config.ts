import { z } from "zod";
import { ConfigError } from "../errors.ts";
import { cycleObjectives, methodNames } from "../methods/method-names.ts";
import { dataConfigSchema } from "./data-config.ts";
import { withMethodDefaults } from "./method-defaults.ts";

const domainName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, "use 1–31 lower-case letters, digits or dashes");

const weight = z.number().nonnegative().max(1000);

/** Every setting of a training run; a run directory holds it resolved, and a run repeats from it. */
const trainConfigSchema = z.strictObject({
  method: z.enum(methodNames).default("cyclegan"),
  /** Which domain a one-way method (pix2pix, cut, fastcut) translates from; the others learn both ways whatever it says. */
  direction: z.enum(["AtoB", "BtoA"]).default("AtoB"),
  seed: z.int().nonnegative().max(0xffffffff).default(1),
  domains: z.strictObject({ A: domainName, B: domainName }).default({ A: "a", B: "b" }),
  data: dataConfigSchema,
  /** What stands behind the convolutions of all networks. */
  norm: z.enum(["instance", "batch", "none"]).default("instance"),
  init: z
    .strictObject({
      kind: z.enum(["normal", "xavier", "kaiming", "orthogonal"]).default("normal"),
      gain: z.number().positive().max(10).default(0.02),
    })
    .prefault({}),
  generator: z
    .strictObject({
      kind: z.enum(["resnet", "mobile-resnet", "unet"]).default("resnet"),
      filters: z.int().min(2).max(512).multipleOf(2).default(64),
      /** Residual blocks of the ResNets. */
      blocks: z.int().min(1).max(9).default(9),
      /** Halvings of the U-Net: 8 is the reference's unet_256, 7 its unet_128. */
      depth: z.int().min(5).max(9).default(8),
      /** How the ResNets enlarge; resize + conv leaves no checkerboards. */
      upsampling: z.enum(["transposed", "resize"]).default("transposed"),
      /** Rate of the dropout inside; the reference's is 0.5. */
      dropout: z.number().min(0).lt(1).default(0),
    })
    .prefault({}),
  discriminator: z
    .strictObject({
      kind: z.enum(["patch", "pixel"]).default("patch"),
      filters: z.int().min(1).max(512).default(64),
      /** Stride-2 layers of the patch discriminator; 3 is the reference's basic one. */
      layers: z.int().min(1).max(5).default(3),
    })
    .prefault({}),
  loss: z
    .strictObject({
      ganMode: z.enum(["lsgan", "vanilla", "wgangp"]).default("lsgan"),
      /** What a CycleGAN keeps of its objective: all of it, or what the paper's ablations do. */
      objective: z.enum(cycleObjectives).default("full"),
      /** λ of the cycle consistency of each domain's images. */
      cycleWeightA: weight.default(10),
      cycleWeightB: weight.default(10),
      /** As a fraction of the cycle weight. */
      identityWeight: z.number().nonnegative().max(10).default(0.5),
      /** λ of the distance to the paired truth (pix2pix). */
      l1Weight: weight.default(100),
      /** λ of the distance between a translation and its input (simgan). */
      selfRegularizationWeight: weight.default(10),
      /** λ of the distance between the features of a translation and of its input (feature-gan). */
      featureWeight: weight.default(10),
      /** Of wgangp's critics. */
      gradientPenaltyWeight: weight.default(10),
    })
    .prefault({}),
  /** How cut and fastcut hold a translation's patches against its input's. */
  contrast: z
    .strictObject({
      weight: weight.default(1),
      /** Also for the target domain's own images, which should come out as they are. */
      identity: z.boolean().default(true),
      /** Mirrors every other image before it is translated. */
      flipEquivariance: z.boolean().default(false),
      /** Compared per image and layer. */
      patches: z.int().min(2).max(4096).default(256),
      temperature: z.number().min(0.01).max(10).default(0.07),
      projectorWidth: z.int().min(1).max(4096).default(256),
    })
    .prefault({}),
  /** The frozen network whose features feature-gan compares. */
  features: z
    .strictObject({
      /** Folder of a tfjs graph model; the run keeps a copy. */
      directory: z.string().min(1).optional(),
      /** Nodes of its graph; its output where none is named. */
      layers: z.array(z.string().min(1).max(200)).max(16).default([]),
      /** Values it reads. */
      range: z.enum(["-1..1", "0..1", "0..255"]).default("-1..1"),
    })
    .prefault({}),
  /** How cogan's networks are tied, and how it searches for the latent of an image it is to translate. */
  coupling: z
    .strictObject({
      latentSize: z.int().min(1).max(4096).default(100),
      /** Layers next to the image that each domain has to itself; all others are shared. */
      ownLayers: z.int().min(1).max(3).default(1),
      searchSteps: z.int().min(1).max(100_000).default(200),
      /** Starts searched from side by side. */
      searchRestarts: z.int().min(1).max(256).default(4),
      searchRate: z.number().positive().max(10).default(0.05),
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
      policy: z.enum(["linear", "step", "plateau", "cosine"]).default("linear"),
      /** Epochs at the full learning rate (linear), or of the half cosine (cosine). */
      constantEpochs: z.int().nonnegative().max(10_000).default(100),
      /** Epochs after them; the linear policy decays over these. */
      decayEpochs: z.int().nonnegative().max(10_000).default(100),
      /** Epochs between the step policy's cuts to a tenth. */
      stepEpochs: z.int().positive().max(10_000).default(50),
      /** Ends the run early; the learning rate still follows the epochs. */
      maxSteps: z.int().positive().optional(),
    })
    .prefault({}),
  /** Fakes remembered per domain; pix2pix, cut and fastcut show the discriminator fresh ones only. */
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
 * Fills in defaults, the method's own before the general ones, and checks every value.
 *
 * @throws ConfigError `invalid_config` naming the first setting at fault
 */
export function resolveConfig(input: unknown): TrainConfig {
  const parsed = trainConfigSchema.safeParse(withMethodDefaults(input));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const path = issue.path.join(".") || "the configuration";
    throw invalid(`The setting ${path} is not usable: ${issue.message}.`, parsed.error);
  }
  const config = parsed.data;
  const { cropSizePixels } = config.data;
  const multiple = sidesMultipleOf(config);
  if (cropSizePixels % multiple !== 0) {
    throw invalid(
      `data.cropSizePixels is ${cropSizePixels}; the ${config.generator.kind} generator needs a multiple of ${multiple}.`,
    );
  }
  assertMethodSettings(config);
  return config;
}

/** Refuses what the chosen method cannot be trained with. */
function assertMethodSettings({ method, data, generator, loss, features, schedule }: TrainConfig): void {
  const { channelsA, channelsB } = data;
  if (method === "cyclegan" && channelsA !== channelsB && loss.identityWeight > 0) {
    throw invalid(
      `loss.identityWeight is ${loss.identityWeight}, but a generator of ${channelsA} to ${channelsB} channels cannot be shown its own output's domain; set it to 0.`,
    );
  }
  if (method === "pix2pix" && data.mode !== "aligned") {
    throw invalid("pix2pix needs pairs; set data.mode to aligned, or train a cyclegan.");
  }
  if (method === "simgan" && channelsA !== channelsB) {
    throw invalid(
      `simgan holds a translation against its input, but data.channelsA is ${channelsA} and data.channelsB ${channelsB}; read both domains alike.`,
    );
  }
  if (method === "feature-gan" && features.directory === undefined) {
    throw invalid(
      "feature-gan compares features, and features.directory names no network; give --features FOLDER: a tfjs graph model such as VGG-16, or the features folder that trainer train-segmenter leaves.",
    );
  }
  if (method !== "feature-gan" && features.directory !== undefined) {
    throw invalid(
      `features.directory is ${features.directory}, but ${method} reads no features; leave it out, or train a feature-gan.`,
    );
  }
  if (method === "cut" || method === "fastcut") {
    if (generator.kind === "unet") {
      throw invalid(
        `generator.kind is unet, but ${method} compares the features of a ResNet's encoder; choose resnet or mobile-resnet.`,
      );
    }
    if (channelsA !== channelsB) {
      throw invalid(
        `${method} reads translations with the encoder it reads inputs with, but data.channelsA is ${channelsA} and data.channelsB ${channelsB}; read both domains alike.`,
      );
    }
  }
  if (method === "cogan") {
    const side = data.cropSizePixels;
    if (!Number.isInteger(Math.log2(side)) || side < 32) {
      throw invalid(
        `data.cropSizePixels is ${side}, but cogan doubles a point until it is an image; give a power of two from 32.`,
      );
    }
    if (!/crop$/.test(data.preprocess)) {
      throw invalid(
        `data.preprocess is ${data.preprocess}, but cogan draws squares of one size; choose resize_and_crop, crop or scale_width_and_crop.`,
      );
    }
  }
  const adversariesOnly =
    method === "bigan" || method === "cogan" || (method === "cyclegan" && loss.objective === "gan-alone");
  if (adversariesOnly && schedule.policy === "plateau") {
    throw invalid(
      "schedule.policy is plateau, but this objective has adversarial terms only, of which none falls as training goes well; choose linear, step or cosine.",
    );
  }
}

/** What both sides of a generator's input must be multiples of. */
export function sidesMultipleOf({
  method,
  generator,
  data,
}: Pick<TrainConfig, "method" | "generator" | "data">): number {
  if (method === "cogan") return data.cropSizePixels;
  return generator.kind === "unet" ? 2 ** generator.depth : 4;
}

function invalid(message: string, cause?: unknown): ConfigError {
  return new ConfigError(message, { code: "invalid_config", cause });
}
