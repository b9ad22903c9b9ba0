import { open } from "node:fs/promises";
import { z } from "zod";
import type { Figures } from "./figures.ts";

const MAX_LINE_BYTES = 64 * 1024;
const MAX_LOSSES = 64;

// JSON has no NaN and writes null for it.
const figure = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

const lineSchema = z.object({
  step: z.int().nonnegative(),
  learningRate: figure,
  stepsPerSecond: figure,
  residentBytes: figure,
  losses: z
    .record(z.string().max(100), figure)
    .refine((losses) => Object.keys(losses).length <= MAX_LOSSES, "too many losses"),
});

/** Reads a run's JSON lines one by one, none where there is no file; torn, strange or over-long ones are passed over. */
export async function* readMetrics(path: string): AsyncGenerator<Figures> {
  const file = await open(path).catch(absent);
  if (!file) return;
  let rest = "";
  let overlong = false;
  for await (const chunk of file.createReadStream({ encoding: "utf8", highWaterMark: MAX_LINE_BYTES })) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const figures = overlong ? undefined : parseLine(line);
      overlong = false;
      if (figures) yield figures;
    }
    if (rest.length > MAX_LINE_BYTES) {
      overlong = true;
      rest = "";
    }
  }
  const figures = overlong ? undefined : parseLine(rest);
  if (figures) yield figures;
}

function parseLine(line: string): Figures | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}
