import {
  coupledDiscriminator,
  coupledGenerator,
  mobileResnetGenerator,
  type NetworkSpec,
  patchDiscriminator,
  pixelDiscriminator,
  resnetGenerator,
  unetGenerator,
} from "@unpaired/core";
import type { FeatureNetwork } from "../feature-network/feature-network.ts";
import type { TrainConfig } from "../run/config.ts";
import { bigan } from "./bigan.ts";
import { cogan } from "./cogan.ts";
import { cut } from "./cut.ts";
import { cyclegan } from "./cyclegan.ts";
import { featureGan } from "./feature-gan.ts";
import type { Method } from "./method.ts";
import { pix2pix } from "./pix2pix.ts";
import { simgan } from "./simgan.ts";

/** The part of a configuration that decides a method; plain data, so that worker threads can be handed it. */
export type MethodConfig = Pick<
  TrainConfig,
  | "method"
  | "direction"
  | "norm"
  | "generator"
  | "discriminator"
  | "loss"
  | "contrast"
  | "features"
  | "coupling"
  | "seed"
> & { readonly data: Pick<TrainConfig["data"], "channelsA" | "channelsB" | "cropSizePixels"> };

/** What a method computes its steps with beside its own networks. */
export interface MethodEquipment {
  /** Open on the thread's backend; feature-gan needs one to compute a step, and nothing else does. */
  readonly features?: FeatureNetwork | undefined;
}

/** Builds the method a configuration asks for. */
export function createMethod(config: MethodConfig, { features }: MethodEquipment = {}): Method {
  const { ganMode, gradientPenaltyWeight, objective, cycleWeightA, cycleWeightB, identityWeight } =
    config.loss;
  const channels = { A: config.data.channelsA, B: config.data.channelsB };
  const judging = { ganMode, gradientPenaltyWeight };
  const generators = () => ({
    generatorAB: createGenerator(config, channels.A, channels.B),
    generatorBA: createGenerator(config, channels.B, channels.A),
  });
  const discriminators = () => ({
    discriminatorA: createDiscriminator(config, channels.A),
    discriminatorB: createDiscriminator(config, channels.B),
  });
  const [from, to] = config.direction === "AtoB" ? (["A", "B"] as const) : (["B", "A"] as const);
  switch (config.method) {
    case "cyclegan":
      return cyclegan({
        ...generators(),
        ...discriminators(),
        cycleWeights: { A: cycleWeightA, B: cycleWeightB },
        identityWeight,
        objective,
        ...judging,
      });
    case "simgan": {
      const { selfRegularizationWeight } = config.loss;
      return simgan({ ...generators(), ...discriminators(), selfRegularizationWeight, ...judging });
    }
    case "feature-gan": {
      const { featureWeight } = config.loss;
      return featureGan({ ...generators(), ...discriminators(), featureWeight, features, ...judging });
    }
    case "bigan": {
      const discriminator = createDiscriminator(config, channels.A + channels.B);
      return bigan({ ...generators(), discriminator, ...judging });
    }
    case "cogan": {
      const { latentSize, ownLayers, searchSteps, searchRestarts, searchRate } = config.coupling;
      const sidePixels = config.data.cropSizePixels;
      const options = { sidePixels, ownLayers, norm: config.norm };
      const { filters } = config.generator;
      const drawing = (imageChannels: number) =>
        coupledGenerator({ ...options, filters, latentSize, imageChannels });
      const telling = (imageChannels: number) =>
        coupledDiscriminator({ ...options, filters: config.discriminator.filters, imageChannels });
      return cogan({
        generators: { A: drawing(channels.A), B: drawing(channels.B) },
        discriminators: { A: telling(channels.A), B: telling(channels.B) },
        latentSize,
        sidePixels,
        search: {
          steps: searchSteps,
          restarts: searchRestarts,
          learningRate: searchRate,
          seed: config.seed,
        },
        ...judging,
      });
    }
    case "cut":
    case "fastcut":
      return cut({
        name: config.method,
        generator: createGenerator(config, channels[from], channels[to]),
        discriminator: createDiscriminator(config, channels[to]),
        contrast: config.contrast,
        from,
        to,
        ...judging,
      });
    case "pix2pix":
      return pix2pix({
        generator: createGenerator(config, channels[from], channels[to]),
        discriminator: createDiscriminator(config, channels[from] + channels[to]),
        l1Weight: config.loss.l1Weight,
        from,
        to,
        ...judging,
      });
  }
}

function createGenerator(
  { generator, norm }: MethodConfig,
  inputChannels: 1 | 3,
  outputChannels: 1 | 3,
): NetworkSpec {
  const { kind, filters, dropout, blocks, upsampling, depth } = generator;
  const options = { filters, dropout, norm, inputChannels, outputChannels };
  switch (kind) {
    case "resnet":
      return resnetGenerator({ ...options, blocks, upsampling });
    case "mobile-resnet":
      return mobileResnetGenerator({ ...options, blocks, upsampling });
    case "unet":
      return unetGenerator({ ...options, depth });
  }
}

function createDiscriminator({ discriminator, norm }: MethodConfig, inputChannels: number): NetworkSpec {
  const { kind, filters, layers } = discriminator;
  return kind === "pixel"
    ? pixelDiscriminator({ filters, norm, inputChannels })
    : patchDiscriminator({ filters, norm, inputChannels, layers });
}
