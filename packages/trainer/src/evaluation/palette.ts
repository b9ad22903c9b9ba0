import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Picture } from "../data/index.ts";
import { classColours, sceneClasses } from "../seasons/index.ts";
import { EvaluationError } from "./errors.ts";
import { IGNORED } from "./metrics/confusion-matrix.ts";

const colour = z.tuple([z.int().min(0).max(255), z.int().min(0).max(255), z.int().min(0).max(255)]);

/** What a file of classes holds. */
export const paletteSchema = z.strictObject({
  classes: z
    .array(z.strictObject({ name: z.string().min(1).max(100), colour }))
    .min(2)
    .max(250),
  /** Colours of pixels that belong to no class and count nowhere. */
  ignored: z.array(colour).max(250).default([]),
});

/** The colours of label pictures; a class's id is its place. */
export type Palette = z.output<typeof paletteSchema>;

/** The classes of the synthetic scenes. */
export const seasonsPalette: Palette = {
  classes: sceneClasses.map((name, id) => ({
    name,
    colour: [...classColours[id]!] as const as [number, number, number],
  })),
  ignored: [],
};

/**
 * Reads a palette from a JSON file.
 *
 * @throws EvaluationError `invalid_palette`
 */
export async function readPalette(path: string): Promise<Palette> {
  const invalid = (why: string, cause: unknown) =>
    new EvaluationError("invalid_palette", `${path} is no list of classes: ${why}.`, cause);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw invalid("it cannot be read; name a JSON file, or seasons", cause);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid("it is not JSON", cause);
  }
  const parsed = paletteSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw invalid(`${issue.path.join(".") || "the file"}: ${issue.message}`, parsed.error);
}

/**
 * Class ids of a label picture, by the nearest colour.
 *
 * @param withIgnored also names pixels nearest to an ignored colour, as {@link IGNORED}: so ground truth is read, and what a
 *   model drew is not
 */
export function classesOf(
  { data }: Picture,
  { classes, ignored }: Palette,
  { withIgnored }: { readonly withIgnored: boolean },
): Uint8Array {
  const colours = classes.map(({ colour }) => colour);
  const candidates = withIgnored ? [...colours, ...ignored] : colours;
  const known = new Map<number, number>();
  const ids = new Uint8Array(data.length / 3);
  for (let pixel = 0; pixel < ids.length; pixel++) {
    const [red, green, blue] = [data[pixel * 3]!, data[pixel * 3 + 1]!, data[pixel * 3 + 2]!];
    const key = (red << 16) | (green << 8) | blue;
    let id = known.get(key);
    if (id === undefined) {
      const nearest = nearestColour(candidates, red, green, blue);
      id = nearest < colours.length ? nearest : IGNORED;
      known.set(key, id);
    }
    ids[pixel] = id;
  }
  return ids;
}

/** Class ids at another size, each pixel taking the id at its centre. */
export function resizeClasses(
  ids: Uint8Array,
  from: { readonly width: number; readonly height: number },
  to: { readonly width: number; readonly height: number },
): Uint8Array {
  if (from.width === to.width && from.height === to.height) return ids;
  const resized = new Uint8Array(to.width * to.height);
  for (let row = 0; row < to.height; row++) {
    const above = Math.floor(((row + 0.5) * from.height) / to.height) * from.width;
    for (let column = 0; column < to.width; column++) {
      resized[row * to.width + column] = ids[above + Math.floor(((column + 0.5) * from.width) / to.width)]!;
    }
  }
  return resized;
}

function nearestColour(
  colours: readonly (readonly [number, number, number])[],
  red: number,
  green: number,
  blue: number,
): number {
  let nearest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, [r, g, b]] of colours.entries()) {
    const distance = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
    if (distance >= least) continue;
    least = distance;
    nearest = index;
  }
  return nearest;
}
