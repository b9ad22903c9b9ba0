import { clamp, ease } from "./noise.ts";
import type { Scene, Track } from "./scene.ts";

/** Height of still water. */
export const waterLevel = -0.14;
/** Where the drawn world ends. */
export const farthest = 58;

/** Height of the bare ground at (x, z); below {@link waterLevel} it is a bed. */
export function groundHeight(scene: Scene, x: number, z: number): number {
  const { noise, hills, mountains } = scene;
  let land = 0.13 * noise.smooth(x * 0.4, z * 0.4 + 40) + 0.035 * noise.smooth(x * 1.3, z * 1.3);
  if (z > 6) {
    const aside = Math.abs(x / z - hills.centre) - hills.opening;
    const roll = 0.75 + 0.6 * noise.smooth(x * 0.13 + 9, z * 0.13);
    // Hills keep back from the water, or its shores would be cliffs.
    const apart = ease(0.05, scene.water?.kind === "river" ? 2.6 : 1, offShore(scene, x, z));
    land += hills.amplitude * roll * ease(0, 0.55, aside) * ease(6, 16, z) * apart;
    land += (0.5 + 0.5 * roll) * ease(13, 26, z);
  }
  if (z > 19) {
    const rise = ease(19, 43, z);
    const peak = (x - mountains.peakX * (z / 42)) / mountains.peakWidth;
    const massif = 0.42 + 0.72 * Math.exp(-peak * peak);
    const ridge = noise.ridged(x * mountains.frequency + 3, z * mountains.frequency, z > 26 ? 5 : 4);
    land += mountains.amplitude * massif * rise * (0.12 + 1.15 * ridge);
  }
  // Only the composed water may lie below its level: no accidental puddles.
  land = Math.max(land, waterLevel + 0.05);
  const wet = wetness(scene, x, z);
  return wet > 0 ? land + (waterLevel - 0.35 - land) * wet : land;
}

/** 0 on dry land, 1 in the middle of the lake or river, with a noisy shore between. */
export function wetness(scene: Pick<Scene, "water" | "noise">, x: number, z: number): number {
  const outside = offShore(scene, x, z);
  // Far from the shore its noise cannot matter.
  if (outside > 0.45) return 0;
  if (outside < -0.4) return 1;
  const shore = 0.22 * scene.noise.fractal(x * 0.55 + 20, z * 0.55, 2);
  return ease(0.17, -0.12, outside + shore);
}

/** How far outside the water's plain outline a place lies; negative inside, about 1 where the shore no longer shows. */
function offShore({ water }: Pick<Scene, "water">, x: number, z: number): number {
  if (water === undefined || z > 24) return 9;
  if (water.kind === "river") return offTrack(water, x, z) / water.halfWidth - ease(20, 9, z);
  const dx = (x - water.x) / water.radiusX;
  const dz = (z - water.z) / water.radiusZ;
  return 0.6 * (dx * dx + dz * dz - 1);
}

/** Distance from the centre line of a track, along x. */
function offTrack(track: Track, x: number, z: number): number {
  return Math.abs(x - track.x - track.slope * z - track.bend * Math.sin(z * track.frequency + track.phase));
}

/** 0 off the road, 1 on it. */
export function roadCover(scene: Scene, x: number, z: number): number {
  const { road, house, noise } = scene;
  if (road === undefined) return 0;
  const end = house === undefined ? 13 : house.z - 0.1;
  if (z > end) return 0;
  const ragged = 0.045 * noise.smooth(x * 3, z * 3);
  return ease(0.03, -0.03, offTrack(road, x, z) - road.halfWidth + ragged);
}

/** How much the place wants to be forest; trees stand where it is positive. */
export function forestCover(scene: Scene, x: number, z: number, height: number): number {
  if (z < 7.5 || height < waterLevel + 0.12) return -1;
  const { noise, forest } = scene;
  const patches = noise.smooth(x * 0.2 + 50, z * 0.2) + 0.35 * noise.smooth(x * 0.7, z * 0.7 + 8);
  const onSlopes = 0.55 * ease(0.2, 1.6, height) + 0.35 * ease(9, 15, z);
  const treeLine = 4.6 + 1.1 * noise.smooth(x * 0.3, z * 0.3 + 70);
  return (
    patches * 0.7 +
    forest.density +
    onSlopes -
    0.35 -
    3 * ease(treeLine - 0.8, treeLine + 0.6, height) -
    ease(9, 7.5, z)
  );
}

/** How the ground lies at a place. */
export interface Relief {
  /** Brightness under the sun, 0–1; flat meadow is 0.5. */
  light: number;
  /** Tangent of the steepest slope. */
  steepness: number;
}

/** Fills `relief` for a place whose height is known. */
export function readRelief(scene: Scene, x: number, z: number, height: number, relief: Relief): void {
  // A probe that grows with distance keeps the relief as fine as the eye resolves, at every picture size.
  const step = 0.02 + z * 0.006;
  const slopeX = (groundHeight(scene, x + step, z) - height) / step;
  const slopeZ = (groundHeight(scene, x, z + step) - height) / step;
  const squared = slopeX * slopeX + slopeZ * slopeZ;
  const facing = (0.62 - slopeX * scene.sun.side * 0.78 + slopeZ * 0.22) / Math.sqrt(squared + 1);
  relief.light = clamp(0.5 + 0.95 * (facing - 0.62), 0.03, 1);
  relief.steepness = Math.sqrt(squared);
}
