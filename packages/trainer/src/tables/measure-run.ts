import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { writeAtomically } from "../checkpoint/atomic-write.ts";
import { checkpointPath } from "../checkpoint/checkpoint-files.ts";
import { hashFile } from "../data-sets/hash-file.ts";
import { evaluate } from "../evaluation/evaluate.ts";
import type { EvaluateOptions } from "../evaluation/evaluate-options.ts";
import { openSubject, type Subject } from "../evaluation/subject.ts";
import { runPaths } from "../run/run-directory.ts";

/** What a run is measured with, the same for all runs of a table. */
export type Instruments = Omit<EvaluateOptions, "subjects" | "onProgress" | "signal">;

const figuresSchema = z.record(z.string(), z.number().nullable());
const measuredSchema = z.strictObject({
  /** Hash of the checkpoints and of everything they were measured with. */
  key: z.string(),
  /** SHA-256 of the checkpoint files by column. */
  checkpoints: z.record(z.string(), z.strictObject({ step: z.int(), sha256: z.string() })),
  directions: z.array(
    z.strictObject({ name: z.enum(["a2b", "b2a"]), columns: z.record(z.string(), figuresSchema) }),
  ),
});

/** One run's figures, by direction and column; null where a figure is not defined. */
export type MeasuredRun = z.output<typeof measuredSchema>;

/** Increased when figures of the same checkpoints may have changed. */
const VERSION = 1;

/**
 * Measures a run's last and best checkpoint, or takes what was measured of the same bytes with the same instruments.
 *
 * @param cachePath file of earlier figures; one that cannot be read is written anew
 */
export async function measureRun(
  runDirectory: string,
  {
    cachePath,
    instruments,
    signal,
  }: { readonly cachePath: string; readonly instruments: Instruments; readonly signal: AbortSignal },
): Promise<MeasuredRun> {
  const subject = await openSubject(runDirectory);
  const checkpoints = await hashesOf(subject, runDirectory);
  const key = keyOf(checkpoints, instruments);
  const known = await readCache(cachePath);
  if (known?.key === key) return known;
  const directions = await evaluate({ ...instruments, subjects: [subject], signal });
  const measured: MeasuredRun = {
    key,
    checkpoints,
    directions: directions.map(({ name, columns }) => ({
      name,
      columns: Object.fromEntries(
        columns.map(({ column, figures }) => [
          column,
          Object.fromEntries(Object.entries(figures).map(([figure, values]) => [figure, finite(values[0])])),
        ]),
      ),
    })),
  };
  await writeAtomically(cachePath, `${JSON.stringify(measured, null, 1)}\n`);
  return measured;
}

async function hashesOf({ candidates }: Subject, runDirectory: string): Promise<MeasuredRun["checkpoints"]> {
  const folder = runPaths(runDirectory).checkpoints;
  const entries = candidates.map(async ({ name, step = 0 }) => {
    const sha256 = await hashFile(checkpointPath(folder, step));
    return [name, { step, sha256 }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function keyOf(checkpoints: MeasuredRun["checkpoints"], instruments: Instruments): string {
  const { references, segmenter, features, palette, paired, labelDomain, outOfDomain } = instruments;
  const { domainThreshold, seed, metrics } = instruments;
  const facts = [
    ...[VERSION, checkpoints, references.A?.sha256, references.B?.sha256, segmenter?.sha256],
    ...[features?.sha256, palette, paired, labelDomain, outOfDomain?.sha256, domainThreshold, seed, metrics],
  ];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}

async function readCache(path: string): Promise<MeasuredRun | undefined> {
  try {
    return measuredSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    // Missing or damaged: measuring again gives the same.
    return undefined;
  }
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
