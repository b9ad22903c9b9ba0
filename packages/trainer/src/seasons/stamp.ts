import type { Scene } from "./scene.ts";
import type { Survey } from "./survey.ts";

/** A flat figure standing upright in the scene, facing the eye. */
export interface Figure {
  readonly x: number;
  readonly z: number;
  /** Height of its foot. */
  readonly base: number;
  readonly height: number;
}

/**
 * Calls `visit` for every sample a standing figure may cover and nothing nearer hides.
 *
 * @param halfWidth reach to either side, in heights
 * @param visit `across` in heights from the figure's axis, `up` 0 at the foot – 1 at the top
 */
export function stamp(
  scene: Scene,
  survey: Survey,
  figure: Figure,
  halfWidth: number,
  visit: (index: number, across: number, up: number) => void,
): void {
  const { side, depth } = survey;
  const { x, z, base, height } = figure;
  const reach = halfWidth * height;
  const left = Math.max(0, Math.floor(((x - reach) / z + 0.5) * side));
  const right = Math.min(side - 1, Math.ceil(((x + reach) / z + 0.5) * side));
  const top = Math.max(0, Math.floor((scene.horizon - (base + height - scene.eye) / z) * side));
  const bottom = Math.min(side - 1, Math.ceil((scene.horizon - (base - scene.eye) / z) * side));
  for (let row = top; row <= bottom; row++) {
    const up = (scene.eye + (scene.horizon - (row + 0.5) / side) * z - base) / height;
    if (up < 0 || up > 1) continue;
    for (let column = left; column <= right; column++) {
      const index = row * side + column;
      if (depth[index]! < z) continue;
      const across = (((column + 0.5) / side - 0.5) * z - x) / height;
      visit(index, across, up);
    }
  }
}
