import { basename, join } from "node:path";
import { createRandom, type Random } from "@unpaired/core";
import sharp, { type Sharp } from "sharp";
import { writeAtomically } from "../../checkpoint/atomic-write.ts";
import { isThere } from "../../checkpoint/is-there.ts";
import { listImages } from "../../data/index.ts";
import type { RecipeData } from "../../recipes/recipe.ts";
import { synthesizeSeasonsLabels } from "../../seasons/index.ts";
import type { PrepareTableOptions } from "./table-recipe.ts";

/** Makes a picture from a drawn scene; `random` is the scene's own, and the same for both domains. */
export type DeriveScene = (scene: Sharp, random: Random) => Sharp | Promise<Sharp>;

/** Options of {@link deriveScenes}. */
export interface DeriveScenesOptions extends Omit<PrepareTableOptions, "folder"> {
  readonly directory: string;
  /** Training scenes. */
  readonly count: number;
  readonly holdout: number;
  /** Side in pixels. */
  readonly size: number;
  readonly seed: number;
  /** How the domains come from summer landscapes; a domain without a way is those themselves. */
  readonly derive: Readonly<Partial<Record<"A" | "B", DeriveScene>>>;
}

/**
 * Draws summer landscapes and derives both domains from them: what the domains differ in is known, and so is the right
 * translation of every picture. Equal names show one scene; what an earlier call wrote stays.
 */
export async function deriveScenes({
  directory,
  derive,
  signal,
  onProgress,
  ...drawing
}: DeriveScenesOptions): Promise<RecipeData> {
  const scenesCount = drawing.count + drawing.holdout;
  const total = (2 + Object.keys(derive).length) * scenesCount;
  let done = 2 * scenesCount;
  const { trainB: trainScenes, testB: testScenes } = await synthesizeSeasonsLabels({
    ...drawing,
    ...{ directory: join(directory, "scenes"), signal },
    onProgress: (drawn) => onProgress(drawn.done, total),
  });
  const domain = async (name: "A" | "B") => {
    const way = derive[name];
    if (!way) return [trainScenes, testScenes] as const;
    const folders = [
      join(directory, "derived", `train${name}`),
      join(directory, "derived", `test${name}`),
    ] as const;
    for (const [part, from] of [trainScenes, testScenes].entries()) {
      for (const file of await listImages(from)) {
        signal.throwIfAborted();
        const path = join(folders[part]!, basename(file));
        if (!(await isThere(path))) {
          const random = createRandom(drawing.seed).fork(`${part}/${basename(file)}`);
          const picture = await way(sharp(file).removeAlpha(), random);
          await writeAtomically(path, await picture.png().toBuffer());
        }
        onProgress(++done, total);
      }
    }
    return folders;
  };
  const [trainA, testA] = await domain("A");
  const [trainB, testB] = await domain("B");
  return { trainA, trainB, testA, testB };
}
