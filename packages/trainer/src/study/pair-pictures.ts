import { basename, extname } from "node:path";
import type { Random } from "@unpaired/core";

/** A real picture's file and the fakes that can be shown beside it, one of a method at most. */
export interface PicturedScene {
  readonly real: string;
  /** Files by method. */
  readonly fakes: ReadonlyMap<string, string>;
}

/** What came of pairing. */
export interface PairedPictures {
  readonly scenes: readonly PicturedScene[];
  /** How many fakes of each method go with the real picture of their name, go with any, and with none. */
  readonly methods: readonly { name: string; byName: number; atRandom: number; leftOut: number }[];
}

/**
 * Puts fakes beside real pictures: beside the one of the same name where there is one, else beside a random one that has no
 * fake of the method yet. Fakes beyond the number of real pictures are left out.
 *
 * @param fakes files by method
 */
export function pairPictures(
  reals: readonly string[],
  fakes: ReadonlyMap<string, readonly string[]>,
  random: Random,
): PairedPictures {
  const indexOf = new Map(reals.map((file, index) => [stem(file), index]));
  const scenes = reals.map((real) => ({ real, fakes: new Map<string, string>() }));
  const methods = [...fakes].map(([name, files]) => {
    const rest: string[] = [];
    let byName = 0;
    for (const file of files) {
      const scene = scenes[indexOf.get(stem(file)) ?? -1];
      if (scene && !scene.fakes.has(name)) {
        scene.fakes.set(name, file);
        byName++;
      } else rest.push(file);
    }
    const free = random
      .permutation(scenes.length)
      .map((index) => scenes[index]!)
      .filter((scene) => !scene.fakes.has(name));
    const shuffled = random.permutation(rest.length).map((index) => rest[index]!);
    const atRandom = Math.min(free.length, shuffled.length);
    for (let index = 0; index < atRandom; index++) free[index]!.fakes.set(name, shuffled[index]!);
    return { name, byName, atRandom, leftOut: rest.length - atRandom };
  });
  return { scenes, methods };
}

/** A file's name, without what tools put behind it to tell a translation from its source. */
function stem(file: string): string {
  return basename(file, extname(file)).replace(/_(fake|real|rec)(_[AB])?$/, "");
}
