import { mobileResnetGenerator, type NetworkSpec, patchDiscriminator, resnetGenerator } from "@unpaired/core";
import type { TrainConfig } from "../run/config.ts";
import { cyclegan } from "./cyclegan.ts";
import type { Method } from "./method.ts";

/** The part of a configuration that decides a method; plain data, so that worker threads can be handed it. */
export type MethodConfig = Pick<TrainConfig, "method" | "generator" | "discriminator" | "loss">;

/** Builds the method a configuration asks for. */
export function createMethod(config: MethodConfig): Method {
  const { filters, layers } = config.discriminator;
  return cyclegan({
    generator: createGenerator(config.generator),
    discriminator: patchDiscriminator({ filters, layers }),
    ...config.loss,
  });
}

function createGenerator({ kind, ...options }: MethodConfig["generator"]): NetworkSpec {
  return kind === "resnet" ? resnetGenerator(options) : mobileResnetGenerator(options);
}
