import { mobileResnetGenerator, type NetworkSpec, patchDiscriminator, resnetGenerator } from "@unpaired/core";
import fc from "fast-check";
import type { ImageTensor, ModelFiles } from "../session-types.ts";
import { noiseImage, publish } from "./models.ts";
import { randomNetwork } from "./random-network.ts";

/** A small model to make mutants of, and an image it takes. */
export interface FuzzModel {
  readonly name: string;
  readonly files: ModelFiles;
  readonly image: ImageTensor;
}

const FORMS = ["uint8", "float16", "float32", "uint16"] as const;

/** Small models that together use every op, kernel and form of weights. */
export function fuzzModels(): FuzzModel[] {
  const drawn = fc
    .sample(randomNetwork, { numRuns: 8, seed: 8 })
    .map(({ spec, width, height }, index) => ({ name: `drawn network ${index}`, spec, width, height }));
  const built: { name: string; spec: NetworkSpec; width: number; height: number }[] = [
    { name: "ResNet", spec: resnetGenerator({ filters: 2, blocks: 1 }), width: 8, height: 8 },
    { name: "ResNet of eights", spec: resnetGenerator({ filters: 8, blocks: 1 }), width: 8, height: 8 },
    {
      name: "mobile ResNet",
      spec: mobileResnetGenerator({ filters: 2, blocks: 1, upsampling: "resize" }),
      width: 8,
      height: 8,
    },
    { name: "discriminator", spec: patchDiscriminator({ filters: 2, layers: 1 }), width: 9, height: 8 },
  ];
  return [...built, ...drawn].map(({ name, spec, width, height }, index) => ({
    name,
    files: publish(spec, {
      quantization: FORMS[index % FORMS.length]!,
      ...(index % 2 === 0 && { shardBytes: 700 }),
    }),
    image: noiseImage(width, height, spec.inputChannels),
  }));
}
