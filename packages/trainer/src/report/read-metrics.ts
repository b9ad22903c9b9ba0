import { createReadStream } from "node:fs";
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

/** Reads a run's JSON lines one by one; lines that are torn, strange or over-long are passed over. */
export async function* readMetrics(path: string): AsyncGenerator<Figures> {
  let rest = "";
  let overlong = false;
  for await (const chunk of createReadStream(path, { encoding: "utf8", highWaterMark: MAX_LINE_BYTES })) {
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
