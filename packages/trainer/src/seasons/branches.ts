import { createRandom, type Random } from "@unpaired/core";
import { classId } from "./classes.ts";
import type { Plant } from "./grove.ts";
import type { Scene } from "./scene.ts";
import type { Survey } from "./survey.ts";

/** Draws the boughs that show through a crown. */
export function growBranches(scene: Scene, survey: Survey, tree: Plant): void {
  const random = createRandom(tree.shape).fork("branches");
  branch(scene, survey, tree, random, 0, 0.3, Math.PI / 2, 0.2, 0.03, 4);
}

function branch(
  scene: Scene,
  survey: Survey,
  tree: Plant,
  random: Random,
  across: number,
  up: number,
  angle: number,
  length: number,
  thickness: number,
  generations: number,
): void {
  const endAcross = across + Math.cos(angle) * length;
  const endUp = up + Math.sin(angle) * length;
  drawBough(scene, survey, tree, across, up, endAcross, endUp, thickness);
  if (generations === 0) return;
  const children = 2 + random.integer(2);
  for (let child = 0; child < children; child++) {
    const spread = (child / (children - 1) - 0.5) * 1.25 + (random.uniform() - 0.5) * 0.4;
    const shorter = length * (0.62 + 0.16 * random.uniform());
    branch(
      scene,
      survey,
      tree,
      random,
      endAcross,
      endUp,
      angle + spread,
      shorter,
      thickness * 0.58,
      generations - 1,
    );
  }
}

/** A tapering line, only where the crown is: boughs never leave the foliage. */
function drawBough(
  scene: Scene,
  survey: Survey,
  tree: Plant,
  fromAcross: number,
  fromUp: number,
  toAcross: number,
  toUp: number,
  thickness: number,
): void {
  const { side } = survey;
  const scale = (tree.height / tree.z) * side;
  const footColumn = (tree.x / tree.z + 0.5) * side;
  const footRow = (scene.horizon - (tree.base - scene.eye) / tree.z) * side;
  const width = thickness * scale;
  // Thinner than a third of a sample would only speckle.
  if (width < 0.34) return;
  const steps = Math.max(1, Math.ceil(Math.hypot(toAcross - fromAcross, toUp - fromUp) * scale * 1.5));
  for (let step = 0; step <= steps; step++) {
    const t = step / steps;
    const column = footColumn + (fromAcross + (toAcross - fromAcross) * t) * scale;
    const row = footRow - (fromUp + (toUp - fromUp) * t) * scale;
    const half = Math.max(0.5, width * (1 - 0.4 * t)) / 2;
    for (let i = Math.round(column - half); i < Math.round(column + half); i++) {
      const rowIndex = Math.round(row);
      if (i < 0 || i >= side || rowIndex < 0 || rowIndex >= side) continue;
      const index = rowIndex * side + i;
      if (survey.depth[index] !== Math.fround(tree.z) || survey.classes[index] !== classId.broadleaf)
        continue;
      if (survey.detail[index] === 0) survey.detail[index] = 0.5;
    }
  }
}
