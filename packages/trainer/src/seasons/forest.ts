import type { Scene } from "./scene.ts";

/** One tree of a wood seen from afar, at the place asked for. */
export interface Canopy {
  /** Height of the foliage above the ground here; 0 between the trees. */
  rise: number;
  /** Height of the whole tree. */
  top: number;
  /** Offset from the trunk along x in radii, -1 … 1. */
  across: number;
  /** Random in [0, 1), one per tree. */
  character: number;
  broadleaf: boolean;
}

const spacing = 0.46;

/** Fills `canopy` for (x, z): one tree per jittered cell, cones and domes. */
export function readCanopy(scene: Scene, x: number, z: number, canopy: Canopy): void {
  const { noise, forest } = scene;
  const row = Math.floor(z / spacing);
  // Shifting each row keeps the trees from standing in file.
  const shifted = x / spacing + noise.lattice(row, 3) * 7;
  const column = Math.floor(shifted);
  const character = noise.lattice(column, row);
  const other = noise.lattice(row + 91, column);
  const dx = shifted - column - 0.36 - 0.28 * character;
  const dz = z / spacing - row - 0.36 - 0.28 * other;
  const distance = Math.sqrt(dx * dx + dz * dz);
  const mixture = noise.smooth(x * 0.35 + 11, z * 0.35) + forest.broadleaf;
  const broadleaf = mixture + (character - 0.5) * 0.5 > 0.08;
  canopy.broadleaf = broadleaf;
  canopy.character = other;
  canopy.top = (broadleaf ? 0.62 : 0.8) * (0.72 + 0.56 * other);
  const radius = broadleaf ? 0.62 : 0.52;
  const reach = distance / radius;
  canopy.across = Math.max(-1, Math.min(1, dx / radius));
  if (reach >= 1) canopy.rise = 0;
  else canopy.rise = canopy.top * (broadleaf ? Math.sqrt(1 - reach * reach) : 1 - reach ** 0.9);
}

export function emptyCanopy(): Canopy {
  return { rise: 0, top: 1, across: 0, character: 0, broadleaf: false };
}
