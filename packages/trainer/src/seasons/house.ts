import { classId } from "./classes.ts";
import { clamp } from "./noise.ts";
import type { House, Scene } from "./scene.ts";
import { castShadow } from "./shadow.ts";
import { mark, type Survey } from "./survey.ts";
import { groundHeight } from "./terrain.ts";

const halfLength = 0.62;
const halfWidth = 0.4;
const wallHeight = 0.46;
const ridgeHeight = 0.9;
const overhang = 0.07;

/** Draws the house by meeting each ray with its walls, its gable roof and its chimney. */
export function drawHouse(scene: Scene, survey: Survey, house: House): void {
  const { side } = survey;
  const base = groundHeight(scene, house.x, house.z) - 0.04;
  castShadow(scene, survey, {
    x: house.x,
    z: house.z,
    base,
    width: 0.62 * house.size,
    length: 0.9 * house.size,
  });
  const reach = 0.95 * house.size;
  const nearZ = house.z - reach;
  const left = Math.max(0, Math.floor(((house.x - reach) / nearZ + 0.5) * side));
  const right = Math.min(side - 1, Math.ceil(((house.x + reach) / nearZ + 0.5) * side));
  const top = Math.max(
    0,
    Math.floor((scene.horizon - (base + 1.25 * house.size - scene.eye) / nearZ) * side),
  );
  const bottom = Math.min(side - 1, Math.ceil((scene.horizon - (base - scene.eye) / nearZ) * side));
  const cosine = Math.cos(house.yaw);
  const sine = Math.sin(house.yaw);
  const hit = { distance: 0, kind: 0, u: 0, v: 0, light: 0, detail: 0 };
  // The house's own space: x along the ridge, y up, z across it, lengths in house sizes.
  const eyeX = (-house.x * cosine - -house.z * sine) / house.size;
  const eyeZ = (-house.x * sine + -house.z * cosine) / house.size;
  const eyeY = (scene.eye - base) / house.size;
  const sunX = scene.sun.side * 0.78 * cosine - -0.22 * sine;
  const sunZ = scene.sun.side * 0.78 * sine + -0.22 * cosine;

  for (let row = top; row <= bottom; row++) {
    const rise = scene.horizon - (row + 0.5) / side;
    for (let column = left; column <= right; column++) {
      const index = row * side + column;
      const bearing = (column + 0.5) / side - 0.5;
      const dx = (bearing * cosine - sine) / house.size;
      const dy = rise / house.size;
      const dz = (bearing * sine + cosine) / house.size;
      hit.distance = Number.POSITIVE_INFINITY;
      meetHouse(hit, eyeX, eyeY, eyeZ, dx, dy, dz, sunX, sunZ);
      if (hit.distance > survey.depth[index]! + 0.4) continue;
      const grain =
        hit.kind === classId.roof
          ? 0.7 * scene.noise.smooth(hit.u * 26, hit.v * 14) + 0.5 * Math.sin(hit.v * 70)
          : scene.noise.smooth(hit.u * 34, hit.v * 3);
      mark(survey, index, hit.kind, hit.distance, clamp(hit.light, 0, 1), clamp(grain, -1, 1), 0, hit.detail);
    }
  }
}

interface Hit {
  distance: number;
  kind: number;
  u: number;
  v: number;
  light: number;
  detail: number;
}

function meetHouse(
  hit: Hit,
  ox: number,
  oy: number,
  oz: number,
  dx: number,
  dy: number,
  dz: number,
  sunX: number,
  sunZ: number,
): void {
  const slope = (ridgeHeight - wallHeight) / halfWidth;
  for (const face of [-1, 1]) {
    // Long walls.
    const longT = (face * halfWidth - oz) / dz;
    const longX = ox + longT * dx;
    const longY = oy + longT * dy;
    if (
      longT > 0 &&
      longT < hit.distance &&
      Math.abs(longX) < halfLength &&
      longY > 0 &&
      longY < wallHeight
    ) {
      const light = 0.42 + 0.5 * face * sunZ - 0.3 * Math.max(0, longY - wallHeight + 0.1) * 6 * 0.4;
      keep(hit, longT, classId.wall, longX, longY, light, opening(longX, longY, 3, halfLength, face < 0));
    }
    // Gables.
    const gableT = (face * halfLength - ox) / dx;
    const gableZ = oz + gableT * dz;
    const gableY = oy + gableT * dy;
    const gableTop = wallHeight + slope * (halfWidth - Math.abs(gableZ));
    if (
      gableT > 0 &&
      gableT < hit.distance &&
      Math.abs(gableZ) < halfWidth &&
      gableY > 0 &&
      gableY < gableTop
    ) {
      keep(
        hit,
        gableT,
        classId.wall,
        gableZ,
        gableY,
        0.42 + 0.5 * face * sunX,
        opening(gableZ, gableY, 2, halfWidth, false),
      );
    }
    // Roof: y + slope·face·z = ridge.
    const roofT = (ridgeHeight + 0.03 - oy - slope * face * oz) / (dy + slope * face * dz);
    const roofX = ox + roofT * dx;
    const roofZ = (oz + roofT * dz) * face;
    if (
      roofT > 0 &&
      roofT < hit.distance &&
      Math.abs(roofX) < halfLength + overhang &&
      roofZ > 0 &&
      roofZ < halfWidth + overhang
    ) {
      keep(hit, roofT, classId.roof, roofX, roofZ, 0.5 + 0.42 * face * sunZ * 0.8, 0);
    }
    // Chimney, a square post through the roof.
    const postT = (0.26 + face * 0.06 - ox) / dx;
    meetChimney(hit, postT, oz + postT * dz - 0.02, oy + postT * dy, 0.42 + 0.4 * face * sunX);
    const postSideT = (0.02 + face * 0.06 - oz) / dz;
    meetChimney(hit, postSideT, ox + postSideT * dx - 0.26, oy + postSideT * dy, 0.42 + 0.4 * face * sunZ);
  }
}

function meetChimney(hit: Hit, t: number, across: number, y: number, light: number): void {
  if (t <= 0 || t >= hit.distance || Math.abs(across) > 0.06 || y < 0.6 || y > 1.1) return;
  keep(hit, t, y > 1.05 ? classId.roof : classId.wall, across, y, light, 0);
}

function keep(hit: Hit, t: number, kind: number, u: number, v: number, light: number, detail: number): void {
  hit.distance = t;
  hit.kind = kind;
  hit.u = u;
  hit.v = v;
  hit.light = light;
  hit.detail = detail;
}

/** 1 on glass, 0.5 on its frame, 0 on plain wall; `bays` openings side by side, a door in the middle one. */
function opening(u: number, v: number, bays: number, halfSpan: number, door: boolean): number {
  const bay = ((u / halfSpan + 1) / 2) * bays;
  const middle = Math.abs(bay - Math.floor(bay) - 0.5) * ((2 * halfSpan) / bays);
  if (door && Math.floor(bay) === (bays - 1) / 2) {
    if (middle > 0.085 || v > 0.36) return Math.abs(u) > halfSpan - 0.03 ? 0.5 : 0;
    return 0.5;
  }
  const vertical = Math.abs(v - 0.26);
  if (middle < 0.065 && vertical < 0.085) return 1;
  if (middle < 0.095 && vertical < 0.115) return 0.5;
  return Math.abs(u) > halfSpan - 0.03 ? 0.5 : 0;
}
