import { classId } from "./classes.ts";
import { clamp, ease } from "./noise.ts";
import type { Scene } from "./scene.ts";
import { mark, type Survey } from "./survey.ts";

/** Surveys every sample the land left open: clouds on a flat ceiling, lit from the sun's side, and the sun's glow. */
export function surveySky(scene: Scene, survey: Survey): void {
  const { noise, horizon, sun, clouds } = scene;
  const { side } = survey;
  const threshold = 0.32 - 0.42 * clouds.cover;
  for (let row = 0; row < side; row++) {
    const y = (row + 0.5) / side;
    const ceiling = 1 / (Math.max(0, horizon - y) + 0.16);
    for (let column = 0; column < side; column++) {
      const index = row * side + column;
      if (survey.depth[index] !== Number.POSITIVE_INFINITY) continue;
      const x = (column + 0.5) / side;
      const u = (x - 0.5) * ceiling * clouds.scale * 1.5;
      const v = ceiling * clouds.scale * 1.5;
      const density = noise.fractal(u, v + 60, 4);
      const cover = ease(threshold, threshold + 0.42, density);
      let light = 0;
      if (cover > 0) {
        const towardSun = noise.fractal(u + 0.14 * sun.side, v + 60.1, 3);
        light = clamp(0.62 + 0.9 * (density - towardSun) - 0.35 * (density - threshold), 0, 1);
      }
      const dx = x - sun.x;
      const dy = y - sun.y;
      const distance = dx * dx + dy * dy;
      const glow = 0.5 * Math.exp(-distance * 22) + 0.55 * Math.exp(-distance * 420);
      mark(
        survey,
        index,
        classId.sky,
        Number.POSITIVE_INFINITY,
        light,
        noise.smooth(u * 7, v * 7),
        cover,
        glow,
      );
    }
  }
}
