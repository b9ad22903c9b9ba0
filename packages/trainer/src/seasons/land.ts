import { classId } from "./classes.ts";
import { emptyCanopy, readCanopy } from "./forest.ts";
import { clamp, ease } from "./noise.ts";
import type { Scene } from "./scene.ts";
import { mark, type Survey } from "./survey.ts";
import { farthest, forestCover, groundHeight, readRelief, roadCover, waterLevel } from "./terrain.ts";

const nearest = 1.5;

/**
 * Surveys the land by walking every column of the picture from the eye outwards and keeping what rises above all
 * before it; water learns which sample it mirrors, because a reflected ray stays in its column.
 */
export function surveyLand(scene: Scene, survey: Survey): void {
  const { side } = survey;
  const stations = layStations(side);
  const heights = new Float64Array(stations.length);
  const surveyHit = createSurveyor(scene, survey);

  for (let column = 0; column < side; column++) {
    const bearing = (column + 0.5) / side - 0.5;
    let open = side - 1;
    let previousZ = nearest;
    let previousHeight = 0;
    for (let k = 0; k < stations.length; k++) {
      const z = stations[k]!;
      const height = visibleHeight(scene, bearing * z, z);
      heights[k] = height;
      const top = scene.horizon - (height - scene.eye) / z;
      while (open >= 0 && (open + 0.5) / side >= top) {
        const rise = scene.horizon - (open + 0.5) / side;
        const short = previousHeight - scene.eye - rise * previousZ;
        const over = height - scene.eye - rise * z;
        // A tree's front is upright: meeting it half way to the station before would leave it hanging.
        const t =
          k === 0 || standing.rise > 0 || over - short < 1e-9 ? 1 : clamp(-short / (over - short), 0, 1);
        surveyHit(open * side + column, bearing, previousZ, z, t, rise);
        open--;
      }
      previousZ = z;
      previousHeight = height;
    }
    mirrorColumn(scene, survey, column, stations, heights);
  }
}

/** Distances of the walk, closer together near the eye, finer for larger pictures. */
function layStations(side: number): Float64Array {
  const count = Math.round(72 + side * 0.42);
  return Float64Array.from({ length: count }, (_, k) => nearest * (farthest / nearest) ** (k / (count - 1)));
}

const standing = emptyCanopy();

function visibleHeight(scene: Scene, x: number, z: number): number {
  const height = groundHeight(scene, x, z);
  standing.rise = 0;
  if (height < waterLevel) return waterLevel;
  if (z < 7.5 || height > 5.9 || forestCover(scene, x, z, height) <= 0) return height;
  readCanopy(scene, x, z, standing);
  return height + standing.rise;
}

/** Surveys one sample whose ray meets the land between two stations, by a first guess at share `t` of the way. */
type SurveyHit = (
  index: number,
  bearing: number,
  before: number,
  after: number,
  t: number,
  rise: number,
) => void;

function createSurveyor(scene: Scene, survey: Survey): SurveyHit {
  const { noise, mountains } = scene;
  const relief = { light: 0.5, steepness: 0 };
  const canopy = emptyCanopy();

  return (index, bearing, before, after, t, rise) => {
    let z = before + t * (after - before);
    let height = groundHeight(scene, bearing * z, z);
    if (t < 1) {
      // Banks are steeper than the stations are close: one step of bisection and one guess sharpen the shore.
      const gap = Math.max(height, waterLevel) - scene.eye - rise * z;
      if (Math.abs(gap) > 0.004 * z) {
        z = gap > 0 ? (before + z) / 2 : (z + after) / 2;
        height = groundHeight(scene, bearing * z, z);
      }
    }
    const x = bearing * z;
    const rayHeight = scene.eye + rise * z;
    const near = 1 / (1 + z * 0.12);

    if (height < waterLevel) {
      const ripple = noise.smooth(x * 2.2, z * 7) * 0.6 + noise.smooth(x * 5 + 3, z * 15) * 0.4 * near;
      const patches = noise.fractal(x * 0.8 + 7, z * 1.1, 3);
      const depth = clamp((waterLevel - height) / 0.35, 0, 1);
      mark(survey, index, classId.water, z, 0.5, ripple, patches, depth);
      return;
    }
    if (z >= 7.5 && height < 5.9 && forestCover(scene, x, z, height) > 0) {
      readCanopy(scene, x, z, canopy);
      const level = (rayHeight - height) / canopy.top;
      if (level > 0.08) {
        const needles = noise.smooth(x * 11, rayHeight * 14 + z * 5);
        const shade = 0.14 + 0.5 * level + 0.26 * canopy.across * scene.sun.side + 0.16 * needles;
        const kind = canopy.broadleaf ? classId.broadleaf : classId.conifer;
        mark(survey, index, kind, z, clamp(shade, 0, 1), needles, canopy.character * 2 - 1, 0);
        return;
      }
    }

    readRelief(scene, x, z, height, relief);
    const { light, steepness } = relief;
    const tone = noise.fractal(x * 0.45, z * 0.45 + 30, 2);
    const rough = z > 16 ? noise.fractal(x * 0.9, z * 0.9 + height * 1.1, 3) : 0;
    if (z > 19 && height > mountains.snowLine + 1.5 * rough + 0.7 * (steepness - 1.3)) {
      mark(survey, index, classId.snowcap, z, light, rough, tone, 0);
      return;
    }
    const bare = height + 1.6 * rough + 1.1 * (steepness - 0.7);
    if (z > 19 && bare > 3) {
      const strata = noise.smooth(x * 0.5 + rough, height * 2.6);
      const lodging = ease(0.25, -0.35, steepness - 1.25 - 1.1 * rough + 0.35 * strata);
      mark(survey, index, classId.rock, z, light, clamp(0.6 * rough + 0.5 * strata, -1, 1), tone, lodging);
      return;
    }

    const tufts = noise.smooth(x * 4.5, z * 6) * 0.6 + noise.smooth(x * 13, z * 11 + 9) * 0.75 * near;
    let blades = z < 9 ? noise.smooth(x * 34, z * 13) * (1 - z / 9) : 0;
    if (z < 5) blades += noise.smooth(x * 88, z * 30) * (1 - z / 5);
    const grain = (tufts + blades * 0.8) * (0.35 + 0.65 * near);
    if (roadCover(scene, x, z) > 0.5) {
      const ruts = noise.smooth(x * 14 + 5, z * 1.5);
      mark(survey, index, classId.road, z, light, clamp(grain + 0.5 * ruts, -1, 1), tone, 0);
      return;
    }
    // Banks are damp and shaded just above the water.
    const bank = ease(0.16, 0.02, height - waterLevel);
    mark(survey, index, classId.grass, z, clamp(light - 0.22 * bank + 0.16 * grain, 0, 1), grain, tone, bank);
  };
}

function mirrorColumn(
  scene: Scene,
  survey: Survey,
  column: number,
  stations: Float64Array,
  heights: Float64Array,
): void {
  const { side } = survey;
  for (let row = Math.floor(scene.horizon * side); row < side; row++) {
    const index = row * side + column;
    if (survey.classes[index] !== classId.water) continue;
    const z = survey.depth[index]!;
    const fall = (row + 0.5) / side - scene.horizon;
    const sway = 0.012 * survey.grain[index]! * (0.3 + fall * 1.6);
    const reflected = Math.max(0.002, fall + sway);
    let source = scene.horizon - reflected;
    for (let k = 0; k < stations.length; k++) {
      const distance = stations[k]!;
      if (distance <= z) continue;
      const rayHeight = waterLevel + reflected * (distance - z);
      if (heights[k]! > rayHeight && heights[k]! > waterLevel) {
        source = scene.horizon - (rayHeight - scene.eye) / distance;
        break;
      }
    }
    const mirrored = clamp(Math.floor(source * side), 0, side - 1);
    survey.mirror[index] = mirrored * side + column;
  }
}
