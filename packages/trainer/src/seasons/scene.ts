import { createRandom, type Random } from "@unpaired/core";
import { createNoise, type Noise } from "./noise.ts";
import { wetness } from "./terrain.ts";

/** Everything a scene seed decides before anything is drawn; lengths in units of about four metres. */
export interface Scene {
  readonly seed: number;
  readonly noise: Noise;
  /** Height on the picture of the eye level, 0 top – 1 bottom. */
  readonly horizon: number;
  /** Height of the eye above the meadow. */
  readonly eye: number;
  readonly sun: {
    /** -1: light comes from the left, 1: from the right. */
    readonly side: -1 | 1;
    /** Position of the glow on the picture. */
    readonly x: number;
    readonly y: number;
  };
  readonly clouds: { readonly cover: number; readonly scale: number };
  readonly mountains: {
    readonly amplitude: number;
    readonly frequency: number;
    readonly peakX: number;
    readonly peakWidth: number;
    readonly snowLine: number;
  };
  readonly hills: { readonly amplitude: number; readonly centre: number; readonly opening: number };
  readonly forest: { readonly density: number; readonly broadleaf: number };
  readonly water: Lake | River | undefined;
  readonly road: Track | undefined;
  readonly house: House | undefined;
}

export interface Lake {
  readonly kind: "lake";
  readonly x: number;
  readonly z: number;
  readonly radiusX: number;
  readonly radiusZ: number;
}

/** A winding band: the centre line is `x + slope·z + bend·sin(z·frequency + phase)`. */
export interface Track {
  readonly x: number;
  readonly slope: number;
  readonly bend: number;
  readonly frequency: number;
  readonly phase: number;
  readonly halfWidth: number;
}

export interface River extends Track {
  readonly kind: "river";
}

export interface House {
  readonly x: number;
  readonly z: number;
  readonly yaw: number;
  readonly size: number;
  /** Which of the wall paints it wears. */
  readonly paint: number;
}

/** Composes a landscape from a seed: any unsigned 32-bit integer is a scene. */
export function composeScene(seed: number): Scene {
  const root = createRandom(seed);
  const random = root.fork("composition");
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  const chance = (probability: number) => random.uniform() < probability;

  const side = chance(0.5) ? 1 : -1;
  const sun = { side, x: 0.5 + side * between(0.2, 0.46), y: between(0.08, 0.24) } as const;
  const mountains = {
    amplitude: between(7, 13),
    frequency: between(0.055, 0.085),
    peakX: between(-14, 14),
    peakWidth: between(7, 14),
    snowLine: between(6.2, 7.6),
  };
  const hills = { amplitude: between(1.6, 3.4), centre: between(-0.16, 0.16), opening: between(0.02, 0.14) };
  const waterKind = random.uniform();
  const water =
    waterKind < 0.62 ? composeLake(between) : waterKind < 0.86 ? composeRiver(between) : undefined;
  const hasHouse = chance(0.62);
  const noise = createNoise(root.fork("noise"));
  const house = hasHouse ? composeHouse(random, noise, water) : undefined;
  const road = composeRoad(between, chance(0.55), house, water);

  return {
    seed,
    noise,
    horizon: between(0.4, 0.49),
    eye: between(1, 1.35),
    sun,
    clouds: { cover: between(0.25, 0.75), scale: between(0.55, 0.9) },
    mountains,
    hills,
    forest: { density: between(-0.1, 0.25), broadleaf: between(-0.25, 0.3) },
    water,
    road,
    house,
  };
}

type Between = (low: number, high: number) => number;

function composeLake(between: Between): Lake {
  const z = between(6.5, 11);
  return {
    kind: "lake",
    x: between(-0.28, 0.28) * z,
    z,
    radiusX: between(0.32, 0.62) * z,
    radiusZ: between(0.28, 0.46) * z,
  };
}

function composeRiver(between: Between): River {
  return {
    kind: "river",
    x: between(-0.6, 0.6),
    slope: between(-0.12, 0.12),
    bend: between(0.5, 1.1),
    frequency: between(0.4, 0.65),
    phase: between(0, 6.3),
    halfWidth: between(0.5, 0.8),
  };
}

/** Looks for a dry place to build; a scene that offers none has no house. */
function composeHouse(random: Random, noise: Noise, water: Lake | River | undefined): House | undefined {
  const between: Between = (low, high) => low + (high - low) * random.uniform();
  for (let attempt = 0; attempt < 12; attempt++) {
    const side = random.uniform() < 0.5 ? 1 : -1;
    const z = between(4.6, 8.6);
    const x = side * between(0.14, 0.4) * z;
    const size = between(0.85, 1.15);
    const yaw = -side * between(0.35, 0.85);
    const paint = random.integer(4);
    const corners = [-0.8, 0, 0.8].flatMap((dx) =>
      [-0.8, 0, 0.8].map((dz) => [x + dx * size, z + dz * size] as const),
    );
    if (corners.every(([cornerX, cornerZ]) => wetness({ water, noise }, cornerX, cornerZ) === 0)) {
      return { x, z, yaw, size, paint };
    }
  }
  return undefined;
}

function composeRoad(
  between: Between,
  wanted: boolean,
  house: House | undefined,
  water: Lake | River | undefined,
): Track | undefined {
  const bend = between(0.12, 0.4);
  const frequency = between(0.5, 0.9);
  const start = between(-0.7, 0.7);
  // A track through a lake would be a causeway nobody built.
  if (!wanted || water?.kind === "river" || (water !== undefined && house === undefined)) return undefined;
  const target = house ?? { x: between(-2, 2), z: 9 };
  const slope = (target.x - start) / target.z;
  return { x: start, slope, bend, frequency, phase: -frequency * target.z, halfWidth: between(0.14, 0.2) };
}
