import { isThere } from "../checkpoint/is-there.ts";
import { listPairs } from "../data/list-pairs.ts";
import { seasonsPalette } from "../evaluation/palette.ts";
import type { Segmenter } from "../evaluation/segmenter/segmenter.ts";
import { readSegmenter, writeSegmenter } from "../evaluation/segmenter/segmenter-directory.ts";
import { trainSegmenter } from "../evaluation/segmenter/train-segmenter.ts";
import type { RecipeData } from "../recipes/recipe.ts";

/** Options of {@link openTableSegmenter}. */
export interface TableSegmenterOptions {
  readonly folder: string;
  readonly folders: RecipeData;
  readonly sizePixels: number;
  readonly steps: number;
  readonly backend: string;
  readonly signal: AbortSignal;
  readonly onStep: (step: number) => void;
}

/** The network that reads generated photos: trained on the real pairs once, then read from its folder. */
export async function openTableSegmenter(options: TableSegmenterOptions): Promise<Segmenter> {
  const { folder, folders, sizePixels, steps, backend, signal, onStep } = options;
  if (await isThere(folder)) onStep(steps);
  else {
    const { filesA: photos, filesB: labels } = await listPairs(folders.trainB, folders.trainA);
    const seed = 1;
    const { spec, weights, loss } = await trainSegmenter({
      ...{ photos, labels, palette: seasonsPalette, sizePixels, steps, seed, signal, onStep },
      ...{ filters: 16, batchSize: 4, learningRate: 0.002 },
    });
    await writeSegmenter(folder, {
      ...{ sizePixels, palette: seasonsPalette, spec, weights },
      training: {
        ...{ backend, steps, seed, loss, pictures: photos.length },
        ...{ photos: folders.trainB, labels: folders.trainA },
      },
    });
  }
  return readSegmenter(folder);
}
