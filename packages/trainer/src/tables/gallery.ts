import type { Picture } from "../data/index.ts";
import { fromModelRange } from "../data/index.ts";
import { asTensor, readFitted } from "../evaluation/fitted-picture.ts";
import { filesByName, pictureName, type ReferenceSet } from "../evaluation/reference-set.ts";
import { openSubject } from "../evaluation/subject.ts";
import type { DirectionName } from "../models/trained-model.ts";
import type { FinishedRun } from "./result.ts";

/** The same test pictures through every method, one direction. */
export interface Gallery {
  readonly direction: DirectionName;
  /** Names of the pictures. */
  readonly names: readonly string[];
  /** The input first, the true counterparts last where there are some. */
  readonly rows: readonly { readonly title: string; readonly pictures: readonly Picture[] }[];
}

/** How many test pictures are shown. */
const SHOWN = 4;

/** Options of {@link drawGallery}. */
export interface GalleryOptions {
  readonly references: { readonly A: ReferenceSet; readonly B: ReferenceSet };
  /** Whether equal names show one scene. */
  readonly paired: boolean;
  readonly sizePixels: number;
  readonly runs: readonly FinishedRun[];
  readonly runDirectory: (name: string) => string;
  readonly signal: AbortSignal;
}

/** Translates a few test pictures, spread evenly, by the last checkpoints of the first seed. */
export async function drawGallery(direction: DirectionName, options: GalleryOptions): Promise<Gallery> {
  const { references, paired, sizePixels, runs, runDirectory, signal } = options;
  const [inputs, targets] = direction === "a2b" ? [references.A, references.B] : [references.B, references.A];
  const count = Math.min(SHOWN, inputs.files.length);
  const files = Array.from(
    { length: count },
    (_, index) => inputs.files[Math.floor(((index + 0.5) * inputs.files.length) / count)]!,
  );
  const fit = { sizePixels, multipleOf: 4 };
  const read = (file: string) => readFitted(file, fit);
  const shown = await Promise.all(files.map(read));
  const rows: Gallery["rows"][number][] = [{ title: "Input", pictures: shown }];
  for (const { run, measured } of runs) {
    signal.throwIfAborted();
    if (!measured || run.seed !== 1 || (run.only !== undefined && run.only !== direction)) continue;
    const { candidates } = await openSubject(runDirectory(run.name));
    const way = candidates[0]!.directions.find(({ name }) => name === direction)!;
    const translator = await way.open();
    const pictures: Picture[] = [];
    try {
      for (const picture of shown) {
        const translated = await translator.translate(asTensor(picture));
        pictures.push(fromModelRange(translated.data, translated));
      }
    } finally {
      translator.dispose();
    }
    rows.push({ title: run.contestant.title, pictures });
  }
  const counterparts = filesByName(targets);
  const truths = files.map((file) => counterparts.get(pictureName(file)));
  if (paired && truths.every((file) => file !== undefined)) {
    rows.push({ title: "Truth", pictures: await Promise.all(truths.map(read)) });
  }
  return { direction, names: files.map(pictureName), rows };
}
