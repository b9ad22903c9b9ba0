import { listCheckpoints } from "../checkpoint/checkpoint-files.ts";
import { createMethod } from "../methods/create-method.ts";
import { readMetrics } from "../report/read-metrics.ts";
import type { TrainConfig } from "../run/config.ts";
import { runPaths } from "../run/run-directory.ts";

/** A checkpoint a run still keeps, and how its training stood around it. */
export interface RatedCheckpoint {
  readonly step: number;
  /** Mean of the method's own distance over the stretch of training that ended here; absent where none was logged. */
  readonly distance?: number;
}

/**
 * The checkpoints a run keeps, newest first, each with the method's distance (cycle consistency, or the L1 of paired
 * methods) over the steps since the checkpoint before. No opponent moves that figure and no test picture takes part in it.
 */
export async function rateCheckpoints(runDirectory: string, config: TrainConfig): Promise<RatedCheckpoint[]> {
  const paths = runPaths(runDirectory);
  const kept = await listCheckpoints(paths.checkpoints);
  const { distance } = createMethod(config);
  const stretch = config.reporting.checkpointEverySteps;
  const sums = kept.map(({ step }) => ({ step, sum: 0, lines: 0 }));
  for await (const { step, losses } of readMetrics(paths.metrics)) {
    for (const rated of sums) {
      if (step > rated.step || step <= rated.step - stretch) continue;
      const value = distance(losses);
      if (!Number.isFinite(value)) continue;
      rated.sum += value;
      rated.lines++;
    }
  }
  return sums.map(({ step, sum, lines }) => ({ step, ...(lines > 0 && { distance: sum / lines }) }));
}

/** The checkpoint with the least distance; the newest of equals, and the newest where not all have one. */
export function bestCheckpoint(rated: readonly RatedCheckpoint[]): RatedCheckpoint | undefined {
  const [newest] = rated;
  if (!newest || rated.some(({ distance }) => distance === undefined)) return newest;
  return rated.reduce((best, one) => (one.distance! < best.distance! ? one : best));
}
