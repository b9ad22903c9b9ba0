import type { Random } from "@unpaired/core";
import sharp, { type Sharp } from "sharp";
import { kuwahara } from "./kuwahara.ts";

/** Share of the picture's side that a brush is wide. */
const BRUSH = 1 / 32;

/**
 * A scene in a light of its own, from a blue morning to a red evening. Both domains have the same lights: neither the
 * discriminators nor the cycle tell whether a translation keeps the one it was given.
 */
export function lit(scene: Sharp, random: Random): Sharp {
  const warmth = 2 * random.uniform() - 1;
  return scene.linear([1 + 0.22 * warmth, 1, 1 - 0.3 * warmth], [0, 0, 0]);
}

/** The same scene in the same light, with a brush. */
export async function painted(scene: Sharp, random: Random): Promise<Sharp> {
  const { data, info } = await lit(scene, random).raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const strokes = kuwahara(data, { width, height, radius: Math.max(1, Math.round(width * BRUSH)) });
  return sharp(strokes, { raw: { width, height, channels: 3 } });
}
