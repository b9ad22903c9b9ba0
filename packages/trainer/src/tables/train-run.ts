import { join } from "node:path";
import type { Machine } from "../backend/select.ts";
import { writeAtomically } from "../checkpoint/atomic-write.ts";
import { listCheckpoints } from "../checkpoint/checkpoint-files.ts";
import { isThere } from "../checkpoint/is-there.ts";
import { verifySafetensors } from "../checkpoint/safetensors.ts";
import { CheckpointError, ConfigError, TrainingError } from "../errors.ts";
import type { TrainConfig } from "../run/config.ts";
import { readRunConfig, runPaths } from "../run/run-directory.ts";
import { writeSampleGrid } from "../run/sample-grid.ts";
import { reopenRun, startRun } from "../run/start-run.ts";
import { train } from "../training/train.ts";
import { keepMilestone, restoreMilestone } from "./milestone.ts";
import type { PlannedRun } from "./plan.ts";

/** Options of {@link trainRun}. */
export interface TrainRunOptions {
  readonly runDirectory: string;
  readonly steps: number;
  readonly machine: Machine;
  readonly signal: AbortSignal;
  /** Called with the steps done, first with those of an earlier call. */
  readonly onStep: (step: number) => void;
  readonly warn: (message: string) => void;
}

/** What the run's folder says when its losses were no longer finite: training again would end the same way. */
const divergedName = "diverged.json";

/**
 * Brings a planned run to its end: begins it, goes on from its newest whole checkpoint, or leaves it as it is when done.
 *
 * @returns `diverged` when its losses were no longer finite, which is a result, too
 * @throws ConfigError `run_exists` when the folder holds a run of other settings
 * @throws the signal's reason when stopped; a checkpoint stands
 */
export async function trainRun(
  { name, config }: PlannedRun,
  { runDirectory, steps, machine, signal, onStep, warn }: TrainRunOptions,
): Promise<"trained" | "diverged"> {
  signal.throwIfAborted();
  const pace = { steps, every: config.reporting.checkpointEverySteps };
  const begun = await isThere(runPaths(runDirectory).config);
  if (begun) {
    await assertSame(name, config, runDirectory);
    if (await isThere(join(runDirectory, divergedName))) return "diverged";
    if (await isFinished(runDirectory, steps)) {
      await restoreMilestone(runDirectory, pace);
      onStep(steps);
      return "trained";
    }
    await keepMilestone(runDirectory, pace);
  }
  const place = { config, runDirectory };
  const { data, probes } = begun ? await reopenRun(place) : await startRun(place);
  try {
    const { stopped } = await train({
      ...{ config, runDirectory, data, signal, resume: begun },
      backend: machine.backend,
      threads: machine.threads,
      observer: {
        started: ({ fromStep }) => onStep(fromStep),
        stepped: ({ step }) => onStep(step),
        sample: async ({ step, state }) =>
          void (await writeSampleGrid({ config, runDirectory, step, state, probes })),
        passedOver: ({ message }) => warn(`${message} Looking at the checkpoint before it.`),
      },
    });
    if (stopped) signal.throwIfAborted();
    await restoreMilestone(runDirectory, pace);
    return "trained";
  } catch (error) {
    if (!(error instanceof TrainingError) || error.code !== "diverged") throw error;
    await writeAtomically(
      join(runDirectory, divergedName),
      `${JSON.stringify({ message: error.message })}\n`,
    );
    warn(`${name}: ${error.message}`);
    return "diverged";
  }
}

async function isFinished(runDirectory: string, steps: number): Promise<boolean> {
  const [newest] = await listCheckpoints(runPaths(runDirectory).checkpoints);
  if (newest?.step !== steps) return false;
  return verifySafetensors(newest.path).then(
    () => true,
    (error: unknown) => {
      // A damaged one is passed over, and the steps since the one before are taken again.
      if (error instanceof CheckpointError) return false;
      throw error;
    },
  );
}

async function assertSame(name: string, config: TrainConfig, runDirectory: string): Promise<void> {
  const found = await readRunConfig(runDirectory);
  // A table's folder may be moved, and its data with it.
  const lasting = (settings: TrainConfig) =>
    JSON.stringify(settings, (key, value) => (/^directory[AB]?$/.test(key) ? undefined : value));
  if (lasting(found) === lasting(config)) return;
  throw new ConfigError(
    `${runDirectory} holds a run of other settings than ${name} has now; remove it, or give another --out.`,
    { code: "run_exists" },
  );
}
