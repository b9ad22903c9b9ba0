import { classId } from "./classes.ts";
import type { Plant } from "./grove.ts";
import { clamp, ease } from "./noise.ts";
import type { Scene } from "./scene.ts";
import { stamp } from "./stamp.ts";
import { mark, type Survey } from "./survey.ts";

/** Draws a boulder: a worn half dome whose flat top holds moss or snow. */
export function drawBoulder(scene: Scene, survey: Survey, boulder: Plant): void {
  const { noise, sun } = scene;
  const offset = (boulder.shape % 983) * 1.1;
  stamp(scene, survey, boulder, 1.1, (index, across, up) => {
    const worn = noise.fractal(across * 1.6 + offset, up * 1.6, 3);
    const dx = across / 0.95;
    const squared = dx * dx + up * up * 1.25 - 0.34 * worn;
    if (squared > 0.82) return;
    const light = 0.34 + 0.42 * dx * sun.side + 0.38 * (up - 0.4) + 0.3 * worn;
    const lodging = ease(0.42, 0.66, up + 0.3 * worn);
    mark(survey, index, classId.rock, boulder.z, clamp(light, 0, 1), worn, boulder.tone, lodging);
  });
}
