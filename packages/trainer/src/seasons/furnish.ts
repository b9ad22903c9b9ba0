import { drawBoulder } from "./boulder.ts";
import { drawBroadleaf } from "./broadleaf.ts";
import { drawConifer } from "./conifer.ts";
import { plantGrove } from "./grove.ts";
import { drawHouse } from "./house.ts";
import type { Scene } from "./scene.ts";
import { castShadow } from "./shadow.ts";
import type { Survey } from "./survey.ts";

/** Sets the house, trees and boulders into a surveyed landscape, with their shadows. */
export function furnish(scene: Scene, survey: Survey): void {
  const grove = plantGrove(scene);
  for (const { kind, x, z, base, height } of grove) {
    const reach = kind === "boulder" || kind === "shrub" ? 0.6 : 0.24;
    castShadow(scene, survey, { x, z, base, width: reach * height, length: 0.75 * height });
  }
  if (scene.house !== undefined) drawHouse(scene, survey, scene.house);
  for (const plant of grove) {
    if (plant.kind === "conifer") drawConifer(scene, survey, plant);
    else if (plant.kind === "boulder") drawBoulder(scene, survey, plant);
    else drawBroadleaf(scene, survey, plant);
  }
}
