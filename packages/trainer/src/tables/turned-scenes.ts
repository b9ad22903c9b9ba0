import { access } from "node:fs/promises";
import { basename, join } from "node:path";
import sharp from "sharp";
import { writeAtomically } from "../checkpoint/atomic-write.ts";
import { listImages } from "../data/index.ts";
import type { RecipeData } from "../recipes/recipe.ts";
import { synthesizeSeasonsLabels } from "../seasons/index.ts";

/** Options of {@link synthesizeTurnedScenes}. */
export interface TurnedScenesOptions {
  readonly directory: string;
  /** Training scenes. */
  readonly count: number;
  readonly holdout: number;
  /** Side in pixels. */
  readonly size: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Draws summer landscapes (A) and the same turned upside down (B): two domains that differ in nothing but geometry. Equal
 * names show one scene; what an earlier call wrote stays.
 */
export async function synthesizeTurnedScenes(options: TurnedScenesOptions): Promise<RecipeData> {
  const { directory, signal, onProgress, ...drawing } = options;
  const drawn = 2 * (drawing.count + drawing.holdout);
  const total = drawn + drawing.count + drawing.holdout;
  const scenes = await synthesizeSeasonsLabels({
    ...drawing,
    ...{ directory: join(directory, "scenes"), signal },
    onProgress: ({ done }) => onProgress(done, total),
  });
  const folders: RecipeData = {
    ...{ trainA: scenes.trainB, testA: scenes.testB },
    ...{ trainB: join(directory, "turned", "trainB"), testB: join(directory, "turned", "testB") },
  };
  let done = drawn;
  for (const [from, to] of [
    [folders.trainA, folders.trainB],
    [folders.testA, folders.testB],
  ] as const) {
    for (const file of await listImages(from)) {
      signal.throwIfAborted();
      const path = join(to, basename(file));
      const there = await access(path).then(
        () => true,
        () => false,
      );
      if (!there) await writeAtomically(path, await sharp(file).flip().png().toBuffer());
      onProgress(++done, total);
    }
  }
  return folders;
}
