import { countMultiplyAdds } from "@unpaired/core";
import { createMethod } from "../methods/create-method.ts";
import type { TrainConfig } from "../run/config.ts";

/**
 * Multiply-adds of a whole CycleGAN step on one pair of images: each generator runs twice forward, three times with the
 * identity loss, and back at twice that; each discriminator three times forward and, in all, five times back.
 */
export function stepMultiplyAdds(config: TrainConfig): number {
  const { networks } = createMethod(config);
  const side = config.data.cropSizePixels;
  const count = (name: string) => countMultiplyAdds(networks[name]!, { height: side, width: side });
  const passes = config.loss.identityWeight > 0 ? 3 : 2;
  const generators = count("generatorAB") + count("generatorBA");
  const discriminators = count("discriminatorA") + count("discriminatorB");
  return 3 * passes * generators + 8 * discriminators;
}
