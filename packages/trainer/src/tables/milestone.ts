import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../checkpoint/atomic-write.ts";
import { checkpointPath, listCheckpoints } from "../checkpoint/checkpoint-files.ts";
import { runPaths } from "../run/run-directory.ts";

/** Steps of a run, and between its checkpoints. */
export interface Pace {
  readonly steps: number;
  readonly every: number;
}

/**
 * Puts a run's last checkpoint on schedule aside before training goes on from one that Ctrl-C left: a run keeps two, and
 * the extra one would push out what the best is chosen from.
 */
export async function keepMilestone(runDirectory: string, { steps, every }: Pace): Promise<void> {
  const wanted = milestoneOf({ steps, every });
  const found = await listCheckpoints(runPaths(runDirectory).checkpoints);
  const milestone = found.find(({ step }) => step === wanted);
  if (milestone && found[0] !== milestone) {
    await writeAtomically(asidePath(runDirectory), await readFile(milestone.path));
  }
}

/** Leaves a finished run with the checkpoints it would have had if nobody had stopped it. */
export async function restoreMilestone(runDirectory: string, { steps, every }: Pace): Promise<void> {
  const folder = runPaths(runDirectory).checkpoints;
  const wanted = milestoneOf({ steps, every });
  const found = await listCheckpoints(folder);
  const aside = asidePath(runDirectory);
  if (wanted > 0 && !found.some(({ step }) => step === wanted)) {
    await rename(aside, checkpointPath(folder, wanted)).catch(ignoreMissing);
  }
  for (const { step, path } of found) if (step !== steps && step !== wanted) await rm(path, { force: true });
  await rm(aside, { force: true });
}

/** The last step before the end that has a checkpoint by schedule; 0 where none has. */
function milestoneOf({ steps, every }: Pace): number {
  return Math.floor((steps - 1) / every) * every;
}

const asidePath = (runDirectory: string) => join(runDirectory, "milestone.safetensors");

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
