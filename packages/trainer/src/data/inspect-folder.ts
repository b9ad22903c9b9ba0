import sharp from "sharp";
import { decode, type ImageLimits, inspectImage } from "./decode.ts";
import { DataError } from "./errors.ts";
import { listImages } from "./list-images.ts";

/** Smallest, middle and largest of a set of numbers. */
export interface Spread {
  readonly smallest: number;
  readonly median: number;
  readonly largest: number;
}

/** What a folder of pictures holds. */
export interface FolderReport {
  readonly directory: string;
  /** Files that can be used. */
  readonly pictures: number;
  readonly width: Spread;
  readonly height: Spread;
  /** How many pictures have each trait that reading changes or asks a setting for. */
  readonly traits: {
    readonly grey: number;
    readonly sixteenBit: number;
    readonly transparent: number;
    readonly cmyk: number;
    readonly turned: number;
  };
  /** Whether all are about twice as wide as high: pairs side by side. */
  readonly looksSideBySide: boolean;
  /** Largest common side to train at (`--size`) for which at most a tenth of the pictures must be enlarged, if any. */
  readonly sensibleSizePixels: number | undefined;
  readonly damaged: readonly DataError[];
}

export interface InspectFolderOptions extends ImageLimits {
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

interface PictureReport {
  readonly width: number;
  readonly height: number;
  readonly traits: readonly (keyof FolderReport["traits"])[];
}

const picturesAtOnce = 4;
const usualSides = [512, 256, 128, 64];

/**
 * Reads every picture of a folder to its end and says what they are.
 *
 * @throws DataError when the folder itself cannot be read; files that cannot be used are part of the report
 */
export async function inspectFolder(
  directory: string,
  { onProgress, signal, ...limits }: InspectFolderOptions = {},
): Promise<FolderReport> {
  const files = await listImages(directory);
  const reports: PictureReport[] = [];
  const damaged: DataError[] = [];
  onProgress?.({ done: 0, total: files.length });
  for (let first = 0; first < files.length; first += picturesAtOnce) {
    signal?.throwIfAborted();
    const group = files.slice(first, first + picturesAtOnce);
    const outcomes = await Promise.allSettled(group.map((file) => inspectWhole(file, limits)));
    for (const outcome of outcomes) {
      if (outcome.status === "fulfilled") reports.push(outcome.value);
      else if (outcome.reason instanceof DataError) damaged.push(outcome.reason);
      else throw outcome.reason;
    }
    onProgress?.({ done: Math.min(files.length, first + picturesAtOnce), total: files.length });
  }
  const count = (trait: keyof FolderReport["traits"]) =>
    reports.filter(({ traits }) => traits.includes(trait)).length;
  const shorter = reports.map(({ width, height }) => Math.min(width, height)).sort((a, b) => a - b);
  const tenth = shorter[Math.floor(shorter.length / 10)] ?? 0;
  return {
    directory,
    pictures: reports.length,
    width: spread(reports.map(({ width }) => width)),
    height: spread(reports.map(({ height }) => height)),
    traits: {
      grey: count("grey"),
      sixteenBit: count("sixteenBit"),
      transparent: count("transparent"),
      cmyk: count("cmyk"),
      turned: count("turned"),
    },
    looksSideBySide:
      reports.length > 0 && reports.every(({ width, height }) => Math.abs(width / height - 2) < 0.02),
    sensibleSizePixels: usualSides.find((side) => side <= tenth),
    damaged,
  };
}

async function inspectWhole(file: string, limits: ImageLimits): Promise<PictureReport> {
  const facts = await inspectImage(file, limits);
  await decode(file, { ...facts, ...limits });
  const { space, hasAlpha, orientation = 1 } = await sharp(file, { limitInputPixels: false }).metadata();
  const traits: (keyof FolderReport["traits"])[] = [];
  if (space === "b-w" || space === "grey16") traits.push("grey");
  if (facts.bitsPerChannel === 16) traits.push("sixteenBit");
  if (hasAlpha) traits.push("transparent");
  if (space === "cmyk") traits.push("cmyk");
  if (orientation > 1) traits.push("turned");
  return { width: facts.width, height: facts.height, traits };
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return { smallest: at(0), median: at(0.5), largest: at(1) };
}
