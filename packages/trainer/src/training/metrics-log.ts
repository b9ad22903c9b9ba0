import { mkdir, open, readFile, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { isSystemError, writeAtomically } from "../checkpoint/atomic-write.ts";
import { StorageError } from "../checkpoint/errors.ts";

/** One line of a run's `metrics.jsonl`. */
export interface MetricsLine {
  readonly step: number;
  readonly epoch: number;
  readonly learningRate: number;
  readonly stepsPerSecond: number;
  readonly residentBytes: number;
  /** Tensors alive on the training thread between steps. */
  readonly tensors: number;
  /** Mean of every loss term since the line before. */
  readonly losses: Readonly<Record<string, number>>;
}

/** Appends figures to a run's JSON lines file. */
export interface MetricsLog {
  /** @throws StorageError when the line cannot be written; no half of it stays */
  write(line: MetricsLine): Promise<void>;
  /** Makes the lines so far outlive a loss of power. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a run's figures for going on after a step. Lines from beyond it, which the run will write again, and what a
 * killed process left of a line are dropped, so that every step appears once.
 *
 * @param afterStep steps done
 * @throws StorageError
 */
export async function openMetricsLog(
  path: string,
  { afterStep }: { afterStep: number },
): Promise<MetricsLog> {
  await dropLinesAfter(path, afterStep);
  const translating = async <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw isSystemError(error) ? StorageError.of(path, error) : error;
    });
  await translating(mkdir(dirname(path), { recursive: true }));
  const file = await translating(open(path, "a"));
  let { size } = await file.stat();
  return {
    async write(line) {
      const text = Buffer.from(`${JSON.stringify(line)}\n`);
      try {
        await translating(file.appendFile(text));
        size += text.length;
      } catch (error) {
        await truncate(path, size).catch(() => {});
        throw error;
      }
    },
    sync: () => translating(file.sync()),
    close: () => file.close(),
  };
}

async function dropLinesAfter(path: string, afterStep: number): Promise<void> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  let lastStep = 0;
  const kept = text.split("\n").filter((line) => {
    const step = stepOf(line);
    if (step === undefined || step <= lastStep || step > afterStep) return false;
    lastStep = step;
    return true;
  });
  const whole = kept.map((line) => `${line}\n`).join("");
  if (whole !== text) await writeAtomically(path, whole);
}

function stepOf(line: string): number | undefined {
  try {
    const { step } = JSON.parse(line);
    return Number.isSafeInteger(step) ? step : undefined;
  } catch {
    return undefined;
  }
}
