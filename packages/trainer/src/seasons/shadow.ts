import { classId } from "./classes.ts";
import { ease } from "./noise.ts";
import type { Scene } from "./scene.ts";
import type { Survey } from "./survey.ts";

/** Darkens the ground beside something that stands on it, away from the sun. */
export function castShadow(
  scene: Scene,
  survey: Survey,
  { x, z, base, width, length }: { x: number; z: number; base: number; width: number; length: number },
): void {
  const { side, classes, depth, light } = survey;
  const centreX = x - scene.sun.side * length * 0.42;
  const halfX = length * 0.5 + width;
  const halfZ = width * 1.15;
  const left = Math.max(0, Math.floor(((centreX - halfX) / (z - halfZ) + 0.5) * side) - 2);
  const right = Math.min(side - 1, Math.ceil(((centreX + halfX) / (z - halfZ) + 0.5) * side) + 2);
  const top = Math.max(0, Math.floor((scene.horizon + (scene.eye - base - 0.25) / (z + halfZ)) * side));
  const bottom = Math.min(
    side - 1,
    Math.ceil((scene.horizon + (scene.eye - base + 0.25) / (z - halfZ)) * side),
  );
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const index = row * side + column;
      if (classes[index] !== classId.grass && classes[index] !== classId.road) continue;
      const dz = (depth[index]! - z) / halfZ;
      const dx = (((column + 0.5) / side - 0.5) * depth[index]! - centreX) / halfX;
      const squared = dx * dx + dz * dz;
      if (squared > 1) continue;
      light[index]! *= 1 - 0.62 * ease(1, 0.35, squared);
    }
  }
}
