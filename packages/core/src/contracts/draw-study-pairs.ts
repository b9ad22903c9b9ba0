import type { Random } from "../random.ts";
import type { StudyScene } from "./study.ts";

/** A scene with the method whose fake is shown beside its real picture. */
export interface DrawnPair {
  /** Index of the scene. */
  readonly scene: number;
  readonly method: string;
}

/**
 * Draws pairs at random: no scene twice, and of every method as many as of any other, or one more. A maximum matching
 * (Kuhn 1955), so that pairs are found whenever there are any.
 *
 * @returns in random order; undefined when the scenes do not have so many
 */
export function drawStudyPairs(
  scenes: readonly Pick<StudyScene, "fakes">[],
  { methods, count, random }: { methods: readonly string[]; count: number; random: Random },
): DrawnPair[] | undefined {
  const order = random.permutation(methods.length);
  const base = Math.floor(count / methods.length);
  const extra = count - base * methods.length;
  // Which methods come once more is random; where that cannot be, other methods do.
  for (let turn = 0; turn < (extra === 0 ? 1 : methods.length); turn++) {
    const slots = order.flatMap((method, index) => {
      const hasExtra = (index + turn) % methods.length < extra;
      return Array<string>(base + (hasExtra ? 1 : 0)).fill(methods[method]!);
    });
    const matched = match(slots, scenes, random);
    if (matched) return random.permutation(matched.length).map((index) => matched[index]!);
  }
  return undefined;
}

function match(
  slots: readonly string[],
  scenes: readonly Pick<StudyScene, "fakes">[],
  random: Random,
): DrawnPair[] | undefined {
  const slotOfScene = new Map<number, number>();

  function place(slot: number, visited: Set<number>): boolean {
    const method = slots[slot]!;
    const usable = random
      .permutation(scenes.length)
      .filter((scene) => !visited.has(scene) && Object.hasOwn(scenes[scene]!.fakes, method));
    const free = usable.find((scene) => !slotOfScene.has(scene));
    if (free !== undefined) {
      slotOfScene.set(free, slot);
      return true;
    }
    for (const scene of usable) {
      if (visited.has(scene)) continue;
      visited.add(scene);
      if (place(slotOfScene.get(scene)!, visited)) {
        slotOfScene.set(scene, slot);
        return true;
      }
    }
    return false;
  }

  for (const slot of random.permutation(slots.length)) {
    if (!place(slot, new Set())) return undefined;
  }
  return [...slotOfScene].map(([scene, slot]) => ({ scene, method: slots[slot]! }));
}
