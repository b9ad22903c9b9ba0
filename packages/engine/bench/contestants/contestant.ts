import type { ImageTensor, ModelFiles } from "../../src/session-types.ts";

/** One model in both published forms, computing the same function. */
export interface BenchmarkFiles {
  readonly graphModel: ModelFiles;
  /** Not there for a published model whose network core has no builder for. */
  readonly onnx: Uint8Array | undefined;
}

/** A model loaded by a contestant. */
export interface LoadedModel {
  /** Runs the model once; input and answer are in the contestant's own form. */
  run(): Promise<unknown>;
  /** Runs the model once and answers as [height, width, channels]. */
  output(): Promise<ImageTensor>;
  /** Bytes of WebAssembly memory held, where the contestant tells. */
  readonly memoryBytes?: number;
}

/** A runtime for published models. */
export interface Contestant {
  /**
   * @param image what every run translates; turned into the contestant's own form here, not while it is timed
   * @throws Error when the contestant cannot run this model
   */
  load(files: BenchmarkFiles, image: ImageTensor): Promise<LoadedModel>;
}

/** Every contestant by the name its figures have in the results. */
export const contestantNames = ["engine", "engineFloat", "onnxruntime", "tfjs"] as const;

/** Name of a contestant. */
export type ContestantName = (typeof contestantNames)[number];
