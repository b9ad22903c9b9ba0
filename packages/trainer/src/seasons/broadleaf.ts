import { createRandom } from "@unpaired/core";
import { growBranches } from "./branches.ts";
import { classId } from "./classes.ts";
import type { Plant } from "./grove.ts";
import { clamp } from "./noise.ts";
import type { Scene } from "./scene.ts";
import { stamp } from "./stamp.ts";
import { mark, type Survey } from "./survey.ts";

/** Draws a broadleaf tree, or a shrub: a trunk under a crown heaped up of leafy puffs. */
export function drawBroadleaf(scene: Scene, survey: Survey, tree: Plant): void {
  const { noise, sun } = scene;
  const shrub = tree.kind === "shrub";
  const puffs = shapeCrown(tree, shrub);
  const offset = (tree.shape % 991) * 1.3;
  const rough = shrub ? 9 : 13;

  if (!shrub) {
    stamp(scene, survey, tree, 0.1, (index, across, up) => {
      if (up > 0.46 || Math.abs(across) > 0.027 * (1 - 0.9 * up) + 0.05 * Math.max(0, 0.09 - up) * 6) return;
      const bark = noise.smooth(across * 90 + offset, up * 20);
      mark(
        survey,
        index,
        classId.broadleaf,
        tree.z,
        clamp(0.42 + 9 * across * sun.side + 0.2 * bark, 0, 1),
        bark,
        tree.tone,
        1,
      );
    });
  }

  stamp(scene, survey, tree, shrub ? 0.9 : 0.56, (index, across, up) => {
    const clumps = noise.smooth(across * rough + offset, up * rough + 4);
    const leaves = noise.smooth(across * rough * 2.7 + offset + clumps, up * rough * 2.7);
    const twigs = noise.smooth(across * rough * 6.1 + leaves, up * rough * 6.1 + offset);
    const ragged = 0.2 * leaves + 0.24 * clumps + 0.16 * twigs;
    let nearest = 0;
    let facing = 0;
    for (let k = 0; k < puffs.length; k += 3) {
      const radius = puffs[k + 2]!;
      const dx = (across - puffs[k]!) / radius;
      const dy = (up - puffs[k + 1]!) / radius;
      const squared = dx * dx + dy * dy;
      if (squared > 1.3) continue;
      const bulge = 1 - squared + ragged;
      // Puffs drawn later stand in front; the one bulging most toward the eye wins.
      const closeness = bulge * radius + radius * 0.2;
      if (bulge > 0 && closeness > nearest) {
        nearest = closeness;
        facing = 0.5 * dx * sun.side + 0.62 * dy;
      }
    }
    if (nearest === 0) return;
    // Leaves deep between the puffs are dark, those on top stand in the sun.
    const depth = Math.min(1, nearest * 7);
    const light =
      0.2 +
      0.16 * depth +
      0.34 * facing +
      0.22 * (up - 0.55) +
      0.13 * across * sun.side +
      0.17 * leaves +
      0.2 * twigs +
      0.12 * clumps;
    mark(survey, index, classId.broadleaf, tree.z, clamp(light, 0, 1), leaves, tree.tone, 0);
  });

  if (!shrub) growBranches(scene, survey, tree);
}

/** Puffs as consecutive (across, up, radius), in heights of the tree. */
function shapeCrown(tree: Plant, shrub: boolean): Float64Array {
  const random = createRandom(tree.shape);
  const count = shrub ? 8 : 20;
  const puffs = new Float64Array(count * 3);
  const wide = shrub ? 0.62 : 0.29 + 0.1 * random.uniform();
  const tall = shrub ? 0.3 : 0.31 + 0.03 * random.uniform();
  const middle = shrub ? 0.36 : 0.61;
  for (let puff = 0; puff < count; puff++) {
    const angle = 2.4 * puff + 0.8 * random.uniform();
    const reach = Math.sqrt(puff / count) * (0.72 + 0.28 * random.uniform());
    const radius = shrub ? 0.22 + 0.1 * random.uniform() : 0.115 + 0.075 * random.uniform() - 0.03 * reach;
    puffs[puff * 3] = Math.cos(angle) * wide * reach;
    // Crowns are flatter below than above.
    const up = middle + Math.sin(angle) * tall * reach * (Math.sin(angle) < 0 ? 0.72 : 1);
    // Above its own height a tree is cut off.
    puffs[puff * 3 + 1] = Math.min(up, 1 - 1.2 * radius);
    puffs[puff * 3 + 2] = radius;
  }
  return puffs;
}
