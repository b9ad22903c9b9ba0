import { classId } from "./classes.ts";
import type { Plant } from "./grove.ts";
import { clamp, ease } from "./noise.ts";
import type { Scene } from "./scene.ts";
import { stamp } from "./stamp.ts";
import { mark, type Survey } from "./survey.ts";

/** Draws a fir: tiers of drooping branches, lit on their tips and dark beneath. */
export function drawConifer(scene: Scene, survey: Survey, tree: Plant): void {
  const { noise, sun } = scene;
  const slender = 0.2 + 0.07 * noise.lattice(tree.shape, 1);
  const tiers = 7 + Math.floor(5 * noise.lattice(tree.shape, 2));
  const offset = (tree.shape % 997) * 1.7;

  stamp(scene, survey, tree, 0.34, (index, across, up) => {
    const reach = Math.abs(across);
    if (up < 0.07) {
      if (reach > 0.022) return;
      const light = 0.35 + 0.9 * sun.side * across * 12 * 0.3;
      mark(survey, index, classId.conifer, tree.z, clamp(light, 0, 1), 0, tree.tone, 1);
      return;
    }
    const droop = 0.9 * reach + 0.035 * noise.smooth(across * 16 + offset, 3.3);
    const tier = ((1 - up) ** 0.85 + -droop * 0.55 + 1) * tiers;
    const phase = tier - Math.floor(tier);
    const twigs = noise.smooth(across * 42 + offset, up * 46);
    const width = slender * (1 - up) ** 0.82 * (0.62 + 0.5 * phase) + 0.014 * twigs + 0.004;
    if (reach > width) return;
    const fullness = reach / width;
    // Each tier catches light on its upper side and is shaded by the tier above.
    const tip = ease(0.15, 0.95, phase);
    const body = across / (slender * (1 - up) ** 0.82 + 0.02);
    const light =
      0.12 + 0.5 * tip * (0.5 + 0.5 * fullness) + 0.24 * body * sun.side + 0.24 * twigs + 0.12 * up;
    mark(survey, index, classId.conifer, tree.z, clamp(light, 0, 1), twigs, tree.tone, 0);
  });
}
