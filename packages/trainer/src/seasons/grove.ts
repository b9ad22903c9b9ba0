import { createRandom } from "@unpaired/core";
import type { Scene } from "./scene.ts";
import type { Figure } from "./stamp.ts";
import { forestCover, groundHeight, roadCover, wetness } from "./terrain.ts";

export type PlantKind = "conifer" | "broadleaf" | "shrub" | "boulder";

/** A single tree, shrub or boulder of the meadow. */
export interface Plant extends Figure {
  readonly kind: PlantKind;
  /** Seed of its own shape. */
  readonly shape: number;
  /** Its shade of colour, -1 … 1. */
  readonly tone: number;
}

/** Plants the meadow in clumps, and now and then a large tree that frames the view; farthest first. */
export function plantGrove(scene: Scene): Plant[] {
  const random = createRandom(scene.seed).fork("grove");
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  const plants: Plant[] = [];

  function plant(kind: PlantKind, x: number, z: number, height: number): void {
    const base = groundHeight(scene, x, z);
    const clear = 0.18 * height;
    if (wetness(scene, x, z) > 0.02 || wetness(scene, x, z + 0.3) > 0.3) return;
    if (roadCover(scene, x - clear, z) + roadCover(scene, x, z) + roadCover(scene, x + clear, z) > 0) return;
    if (forestCover(scene, x, z, base) > 0.05 || hidesHouse(scene, x, z, height)) return;
    const shape = random.integer(0x7fffffff);
    plants.push({ kind, x, z, base: base - 0.02 * height, height, shape, tone: between(-0.8, 0.8) });
  }

  const clumps = 2 + random.integer(4);
  const leaning = scene.forest.broadleaf;
  for (let clump = 0; clump < clumps; clump++) {
    const z = 4 + 9 * random.uniform() ** 0.8;
    const x = between(-0.5, 0.5) * z;
    const mostlyBroadleaf = random.uniform() < 0.5 + leaning;
    const members = 2 + random.integer(6);
    for (let member = 0; member < members; member++) {
      const broadleaf = random.uniform() < (mostlyBroadleaf ? 0.85 : 0.12);
      const height = broadleaf ? between(0.8, 1.4) : between(0.9, 1.9);
      plant(broadleaf ? "broadleaf" : "conifer", x + between(-1.3, 1.3), z + between(-0.8, 0.8), height);
    }
  }
  const loose = 3 + random.integer(5);
  for (let index = 0; index < loose; index++) {
    const z = 3 + 8 * random.uniform();
    const shrub = random.uniform() < 0.6;
    plant(
      shrub ? "shrub" : "boulder",
      between(-0.52, 0.52) * z,
      z,
      shrub ? between(0.16, 0.34) : between(0.08, 0.2),
    );
  }
  if (random.uniform() < 0.6) {
    const side = random.uniform() < 0.5 ? -1 : 1;
    const z = between(2.7, 3.5);
    const broadleaf = random.uniform() < 0.5 + leaning;
    plant(broadleaf ? "broadleaf" : "conifer", side * between(0.36, 0.5) * z, z, between(1.55, 2.15));
    if (random.uniform() < 0.5) plant("shrub", side * between(0.2, 0.46) * z, z - 0.2, between(0.14, 0.3));
  }
  return plants.sort((first, second) => second.z - first.z);
}

/** A tree right in front of the house would hide what the scene is about. */
function hidesHouse(scene: Scene, x: number, z: number, height: number): boolean {
  const { house } = scene;
  if (house === undefined || z > house.z + 0.9) return false;
  const room = 0.72 * house.size + 0.3 * height;
  return Math.abs(x * (house.z / z) - house.x) < room;
}
