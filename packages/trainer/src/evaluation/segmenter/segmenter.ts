import type { Picture } from "../../data/index.ts";
import type { Palette } from "../palette.ts";

/** Says of every pixel of a photo what it shows. */
export interface Segmenter {
  readonly palette: Palette;
  /** Folder it was read from. */
  readonly folder: string;
  /** SHA-256 of its weights. */
  readonly sha256: string;
  /** Class ids, row-major, of the picture's own size. */
  segment(picture: Picture): Promise<Uint8Array>;
  dispose(): void;
}
