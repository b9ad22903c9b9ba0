import {
  countMultiplyAdds,
  createRandom,
  initializeWeights,
  mobileResnetGenerator,
  type NetworkSpec,
  resnetGenerator,
  toGraphModel,
  toOnnx,
} from "@unpaired/core";
import type { BenchmarkFiles } from "./contestants/contestant.ts";
import { publishedWeights } from "./published-weights.ts";

/** A model to race on. */
export interface BenchmarkModel {
  readonly name: string;
  /** Multiply-adds of one run on an image of `side`² pixels. */
  multiplyAdds(side: number): number;
  files(): BenchmarkFiles;
}

const networks = {
  mobile16: mobileResnetGenerator({ filters: 16, blocks: 9 }),
  resnet16: resnetGenerator({ filters: 16, blocks: 9 }),
  resnet64: resnetGenerator({ filters: 64, blocks: 9 }),
} as const satisfies Record<string, NetworkSpec>;

/** Names of the models the engine is measured on. */
export const modelNames = Object.keys(networks) as readonly (keyof typeof networks)[];

/** A network with the weights its training starts from as a model to race on. */
export function randomModel(name: string, spec: NetworkSpec): BenchmarkModel {
  return {
    name,
    multiplyAdds: (side) => countMultiplyAdds(spec, { height: side, width: side }),
    files() {
      const weights = initializeWeights(spec, { random: createRandom(1) });
      const graphModel = toGraphModel(spec, weights, { quantization: "uint8" });
      // From what was published, so that everyone computes the same function.
      return { graphModel, onnx: toOnnx(spec, publishedWeights(graphModel)) };
    },
  };
}

/** One of {@link modelNames}. */
export function benchmarkModel(name: (typeof modelNames)[number]): BenchmarkModel {
  return randomModel(name, networks[name]);
}
