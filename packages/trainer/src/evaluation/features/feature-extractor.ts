import type { Picture } from "../../data/index.ts";

/** Turns pictures into numbers that say what is on them. */
export interface FeatureExtractor {
  /** Folder of the graph model. */
  readonly folder: string;
  /** SHA-256 over its files. */
  readonly sha256: string;
  /** What runs it. */
  readonly runtime: "engine" | "tfjs";
  /** Features of one picture, as many for every picture. */
  extract(picture: Picture): Promise<Float32Array>;
  dispose(): void;
}
