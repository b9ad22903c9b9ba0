import type { Random } from "@unpaired/core";

/** Smooth random fields over the plane, all fixed by one seed. */
export interface Noise {
  /** Gradient noise, about [-1, 1], wavelength 1. */
  smooth(x: number, y: number): number;
  /** Sum of `octaves` halving wavelengths, about [-1, 1]. */
  fractal(x: number, y: number, octaves: number): number;
  /** Sharp crests between round hollows, [0, 1]. */
  ridged(x: number, y: number, octaves: number): number;
  /** White noise on the integer lattice, [0, 1). */
  lattice(column: number, row: number): number;
}

/** Perlin's gradient noise (Improving Noise, SIGGRAPH 2002) over a table shuffled by `random`. */
export function createNoise(random: Random): Noise {
  const table = new Uint8Array(512);
  for (const [index, value] of random.permutation(256).entries()) table[index] = table[index + 256] = value;
  const directionX = Float64Array.from(table, (value) => Math.cos((Math.PI * (value & 15)) / 8));
  const directionY = Float64Array.from(table, (value) => Math.sin((Math.PI * (value & 15)) / 8));

  function smooth(x: number, y: number): number {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const dx = x - column;
    const dy = y - row;
    const left = table[column & 255]!;
    const right = table[(column + 1) & 255]!;
    const above = row & 255;
    const k00 = left + above;
    const k10 = right + above;
    const u = dx * dx * dx * (dx * (dx * 6 - 15) + 10);
    const v = dy * dy * dy * (dy * (dy * 6 - 15) + 10);
    const top = directionX[k00]! * dx + directionY[k00]! * dy;
    const topRight = directionX[k10]! * (dx - 1) + directionY[k10]! * dy;
    const bottom = directionX[k00 + 1]! * dx + directionY[k00 + 1]! * (dy - 1);
    const bottomRight = directionX[k10 + 1]! * (dx - 1) + directionY[k10 + 1]! * (dy - 1);
    const upper = top + u * (topRight - top);
    const lower = bottom + u * (bottomRight - bottom);
    return 1.5 * (upper + v * (lower - upper));
  }

  function fractal(x: number, y: number, octaves: number): number {
    let sum = 0;
    let amplitude = 0.55;
    for (let octave = 0; octave < octaves; octave++) {
      sum += amplitude * smooth(x, y);
      // Turning each octave hides the lattice.
      const turned = 1.6 * x - 1.2 * y + 17.3;
      y = 1.2 * x + 1.6 * y + 5.1;
      x = turned;
      amplitude *= 0.5;
    }
    return sum;
  }

  function ridged(x: number, y: number, octaves: number): number {
    let sum = 0;
    let total = 0;
    let amplitude = 1;
    let weight = 1;
    for (let octave = 0; octave < octaves; octave++) {
      const crest = 1 - Math.min(1, Math.abs(smooth(x, y)) * 1.3);
      const signal = crest * crest * weight;
      sum += amplitude * signal;
      total += amplitude;
      weight = Math.min(1, signal * 1.8);
      const turned = 1.6 * x - 1.2 * y + 31.7;
      y = 1.2 * x + 1.6 * y + 11.9;
      x = turned;
      amplitude *= 0.52;
    }
    return sum / total;
  }

  return {
    smooth,
    fractal,
    ridged,
    lattice: (column, row) => {
      const first = table[(column & 255) + table[row & 255]!]!;
      return (first + table[(first + column * 7 + row * 13) & 255]! / 256) / 256;
    },
  };
}

/** Hermite step from 0 at `low` to 1 at `high`. */
export function ease(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
