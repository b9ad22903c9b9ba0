import { classId } from "./classes.ts";
import { clamp, ease } from "./noise.ts";
import { type Colour, type Palette, palettes, type Ramp, type Season } from "./palette.ts";
import type { Scene } from "./scene.ts";
import type { Survey } from "./survey.ts";

/** Colours a survey for a season: interleaved RGB, 0–255, `side`²·3 long. */
export function paint(scene: Scene, survey: Survey, season: Season): Float32Array {
  const palette = palettes[season];
  const canvas = new Float32Array(survey.side * survey.side * 3);
  const samples = survey.classes.length;
  for (let index = 0; index < samples; index++) {
    if (survey.classes[index] === classId.sky) paintSky(scene, survey, palette, canvas, index);
    else if (survey.classes[index] !== classId.water) paintSurface(scene, survey, palette, canvas, index);
  }
  // Water mirrors finished colours, so it comes last.
  for (let index = 0; index < samples; index++) {
    if (survey.classes[index] === classId.water) paintWater(survey, palette, canvas, index);
  }
  return canvas;
}

function paintSky(scene: Scene, survey: Survey, palette: Palette, canvas: Float32Array, index: number): void {
  const at = index * 3;
  const height = clamp(
    (scene.horizon - (Math.floor(index / survey.side) + 0.5) / survey.side) / scene.horizon,
    0,
    1,
  );
  if (height > 0.4) blend(canvas, at, palette.midSky, palette.zenith, ease(0.4, 1, height));
  else blend(canvas, at, palette.lowSky, palette.midSky, ease(-0.12, 0.4, height));
  const cover = survey.tone[index]!;
  if (cover > 0) overlayRamp(canvas, at, palette.cloud, survey.light[index]!, cover * 0.88);
  overlay(canvas, at, palette.glow, Math.min(1, survey.detail[index]!));
  brighten(canvas, at, 2.5 * survey.grain[index]!);
}

function paintSurface(
  scene: Scene,
  survey: Survey,
  palette: Palette,
  canvas: Float32Array,
  index: number,
): void {
  const at = index * 3;
  const light = survey.light[index]!;
  const grain = survey.grain[index]!;
  const tone = survey.tone[index]!;
  const detail = survey.detail[index]!;
  const hue = clamp(0.5 + 0.9 * tone, 0, 1);
  switch (survey.classes[index]) {
    case classId.snowcap:
      overlayRamp(canvas, at, palette.snowcap, light + 0.1 * grain, 1);
      break;
    case classId.rock:
      overlayRamp(canvas, at, palette.rock, light + 0.18 * grain, 1);
      overlayRamp(canvas, at, palette.ledge, light + 0.08 * grain, detail);
      break;
    case classId.grass:
      overlayRamp(canvas, at, palette.grass, light + 0.1 * grain, 1);
      overlayRamp(canvas, at, palette.meadow, light + 0.1 * grain, hue);
      break;
    case classId.conifer:
      overlayRamp(canvas, at, detail > 0.5 ? palette.wood : palette.conifer, light + 0.05 * tone, 1);
      break;
    case classId.broadleaf:
      overlayRamp(canvas, at, palette.broadleaf, light, 1);
      overlayRamp(canvas, at, palette.foliage, light, hue);
      if (detail === 1) overlayRamp(canvas, at, palette.wood, light, 1);
      else if (detail > 0) overlayRamp(canvas, at, palette.wood, light, palette.boughs);
      break;
    case classId.road:
      overlayRamp(canvas, at, palette.road, light + 0.16 * grain, 1);
      break;
    case classId.wall:
      if (detail > 0.75) overlay(canvas, at, palette.glass, 1);
      else if (detail > 0.25) overlay(canvas, at, palette.trim, 1);
      else overlayRamp(canvas, at, palette.walls[scene.house?.paint ?? 0]!, light + 0.12 * grain, 1);
      break;
    case classId.roof:
      overlayRamp(canvas, at, palette.roof, light + 0.14 * grain, 1);
      break;
  }
  overlay(canvas, at, palette.haze, hazeAt(survey.depth[index]!));
}

function paintWater(survey: Survey, palette: Palette, canvas: Float32Array, index: number): void {
  const at = index * 3;
  const source = survey.mirror[index]!;
  const ripple = survey.grain[index]!;
  overlayRamp(canvas, at, palette.water, 0.42 + 0.16 * ripple + 0.3 * survey.tone[index]!, 1);
  if (source >= 0 && survey.depth[source]! > survey.depth[index]!) {
    const from = source * 3;
    const share = palette.reflection * (0.75 + 0.25 * ease(0, 0.6, survey.detail[index]!));
    for (let channel = 0; channel < 3; channel++) {
      canvas[at + channel]! += (canvas[from + channel]! - canvas[at + channel]!) * share;
    }
  }
  overlay(canvas, at, palette.haze, 0.7 * hazeAt(survey.depth[index]!));
}

const hazes = Float32Array.from({ length: 128 }, (_, distance) => 1 - Math.exp(-((distance / 46) ** 1.4)));

/** Share of haze in the colour of something this far away. */
function hazeAt(distance: number): number {
  const whole = Math.floor(distance);
  return hazes[whole]! + (hazes[whole + 1]! - hazes[whole]!) * (distance - whole);
}

function blend(canvas: Float32Array, at: number, from: Colour, to: Colour, share: number): void {
  for (let channel = 0; channel < 3; channel++) {
    canvas[at + channel] = from[channel]! + (to[channel]! - from[channel]!) * share;
  }
}

function overlay(canvas: Float32Array, at: number, colour: Colour, share: number): void {
  canvas[at]! += (colour[0] - canvas[at]!) * share;
  canvas[at + 1]! += (colour[1] - canvas[at + 1]!) * share;
  canvas[at + 2]! += (colour[2] - canvas[at + 2]!) * share;
}

function overlayRamp(canvas: Float32Array, at: number, ramp: Ramp, light: number, share: number): void {
  const position = clamp(light, 0, 1) * 2;
  const from = position < 1 ? ramp[0] : ramp[1];
  const to = position < 1 ? ramp[1] : ramp[2];
  const t = position < 1 ? position : position - 1;
  for (let channel = 0; channel < 3; channel++) {
    const colour = from[channel]! + (to[channel]! - from[channel]!) * t;
    canvas[at + channel]! += (colour - canvas[at + channel]!) * share;
  }
}

function brighten(canvas: Float32Array, at: number, amount: number): void {
  canvas[at]! += amount;
  canvas[at + 1]! += amount;
  canvas[at + 2]! += amount;
}
