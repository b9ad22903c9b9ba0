import { setImmediate } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs-core";
import type { BackendName } from "../backend/select.ts";
import { removeLeftovers } from "../checkpoint/atomic-write.ts";
import { type Checkpoint, loadCheckpoint, saveCheckpoint } from "../checkpoint/checkpoint.ts";
import { checkpointPath, listCheckpoints } from "../checkpoint/checkpoint-files.ts";
import { CheckpointError } from "../errors.ts";
import { openRunFeatures } from "../feature-network/run-features.ts";
import { createMethod } from "../methods/create-method.ts";
import type { TrainConfig } from "../run/config.ts";
import { runPaths } from "../run/run-directory.ts";
import { createLocalExecutor } from "./executor.ts";
import { explainStop, isDivergence } from "./explain-stop.ts";
import { type MetricsLine, openMetricsLog } from "./metrics-log.ts";
import { createParallelExecutor } from "./parallel-executor.ts";
import { type ResumeRecord, readResumeRecord } from "./resume-record.ts";
import { RunningLosses } from "./running-losses.ts";
import { createSchedule } from "./schedule.ts";
import { initialState, restoreState, snapshotState, type TrainingState } from "./state.ts";
import { type Batch, trainStep } from "./step.ts";

/** The data a run trains on; which images a step gets depends on nothing but its number. */
export interface TrainingData {
  readonly stepsPerEpoch: number;
  /** @param step counted from 0 */
  batch(step: number): Promise<Batch>;
  /** Files a step's batch is made of, for messages. */
  pictures?(step: number): readonly string[];
}

/** What a run tells while it goes on. */
export interface TrainingObserver {
  /** Called once, before the first step. */
  started?(facts: {
    readonly totalSteps: number;
    readonly fromStep: number;
    readonly threads: number;
    /** The checkpoint the run goes on from. */
    readonly checkpointPath?: string;
    /** Where the run computed before, when that differs: it goes on, but not bit for bit as it would have. */
    readonly backendBefore?: BackendName;
  }): void;
  /** Called after every step. */
  stepped?(facts: { readonly step: number; readonly losses: Readonly<Record<string, number>> }): void;
  /** Called when a sample grid is due. */
  sample?(facts: { readonly step: number; readonly state: TrainingState }): Promise<void>;
  /** Called when a line of figures was written. */
  logged?(line: MetricsLine): void | Promise<void>;
  /** Called once, when the run ended or was told to stop and its checkpoint stands. */
  finished?(facts: {
    readonly step: number;
    readonly totalSteps: number;
    readonly state: TrainingState;
  }): void | Promise<void>;
  /** Called when a newer checkpoint was damaged and an older one is used. */
  passedOver?(error: Error): void;
}

/** Options of {@link train}. */
export interface TrainOptions {
  readonly config: TrainConfig;
  readonly runDirectory: string;
  readonly data: TrainingData;
  /** Current backend of this thread; training threads start the same. */
  readonly backend: BackendName;
  readonly threads: 1 | 2;
  /** Goes on from the run's newest whole checkpoint instead of from the seed. */
  readonly resume?: boolean;
  /** Finishes the step under way, checkpoints and returns. */
  readonly signal?: AbortSignal;
  readonly observer?: TrainingObserver;
  readonly nowMs?: () => number;
}

/** How a call of {@link train} ended. */
export interface TrainResult {
  readonly step: number;
  readonly totalSteps: number;
  readonly stopped: boolean;
  readonly stepsPerSecond: number;
}

/**
 * Trains a run to its end or until it is told to stop; a checkpoint stands at the end either way, and whatever else ends
 * a run between two steps costs none of them.
 *
 * @throws TrainingError `diverged` when a loss or weight is no longer finite; the last good checkpoint stays
 * @throws StorageError when the disk is full or not writable; the last checkpoint stays
 * @throws CheckpointError when no checkpoint is whole or it belongs to other networks
 * @throws DataError when a picture of the data does not decode, after a checkpoint
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { config, runDirectory, data, signal, observer, nowMs = () => performance.now() } = options;
  const paths = runPaths(runDirectory);
  await removeLeftovers(runDirectory);
  const checkpoint = await startingPoint(paths.checkpoints, options);
  const record = readResumeRecord(checkpoint?.extra);
  const fromStep = checkpoint?.step ?? 0;
  const features = await openRunFeatures(runDirectory, config);
  const method = createMethod(config, { features });
  const state = checkpoint ? restoreState(method, checkpoint, config) : initialState(method, config);
  const log = await openMetricsLog(paths.metrics, { afterStep: fromStep });
  const executor =
    options.threads > 1
      ? await createParallelExecutor(method, config, options.backend, runDirectory)
      : createLocalExecutor(method);
  const schedule = createSchedule(config.schedule, record.schedule);
  const running = new RunningLosses(record.losses);

  const totalSteps = totalStepsOf(config, data.stepsPerEpoch);
  const startMs = nowMs();
  let step = fromStep;
  let savedStep = checkpoint?.step;
  let loggedStep = fromStep;
  let loggedMs = startMs;
  /** False while a step changes the state: what is then in memory belongs to no step. */
  let between = true;
  const savedPath = () =>
    savedStep === undefined ? undefined : checkpointPath(paths.checkpoints, savedStep);

  const save = async () => {
    if (savedStep === step) return;
    await log.sync();
    const extra: ResumeRecord = {
      backend: options.backend,
      losses: running.snapshot(),
      ...(schedule.state && { schedule: schedule.state }),
    };
    await saveCheckpoint(paths.checkpoints, { ...(await snapshotState(state, step)), extra });
    savedStep = step;
  };
  try {
    const path = savedPath();
    const before = record.backend;
    observer?.started?.({
      totalSteps,
      fromStep,
      threads: options.threads,
      ...(path && { checkpointPath: path }),
      ...(before && before !== options.backend && { backendBefore: before }),
    });
    while (step < totalSteps && !signal?.aborted) {
      const epoch = Math.floor(step / data.stepsPerEpoch);
      const learningRate = config.optimizer.learningRate * schedule.factor(epoch);
      const batch = await data.batch(step);
      const adam = { ...config.optimizer, learningRate };
      between = false;
      const losses = await trainStep(
        { method, ...state, executor, seed: config.seed },
        batch,
        step + 1,
        adam,
      );
      step++;
      schedule.stepped(method.distance(losses));
      if (step % data.stepsPerEpoch === 0) schedule.epochEnded();
      running.add(losses);
      between = true;
      observer?.stepped?.({ step, losses });
      const last = step === totalSteps;
      if (last || step % config.reporting.logEverySteps === 0) {
        const now = nowMs();
        const line: MetricsLine = {
          step,
          epoch,
          learningRate,
          stepsPerSecond: ((step - loggedStep) / (now - loggedMs)) * 1000,
          residentBytes: process.memoryUsage.rss(),
          tensors: tf.memory().numTensors,
          losses: running.means(),
        };
        await log.write(line);
        running.clear();
        loggedStep = step;
        loggedMs = now;
        await observer?.logged?.(line);
      }
      if (last || step % config.reporting.sampleEverySteps === 0) await observer?.sample?.({ step, state });
      if (!last && step % config.reporting.checkpointEverySteps === 0) await save();
      // Promises alone never let a signal or a timer in.
      await setImmediate();
    }
    await save();
    await observer?.finished?.({ step, totalSteps, state });
  } catch (error) {
    // What ends a run between two steps must not cost the steps before it; the first error is the one to tell.
    if (between && !isDivergence(error)) await save().catch(() => {});
    throw explainStop(error, {
      runDirectory,
      configPath: paths.config,
      checkpointPath: savedPath(),
      pictures: data.pictures?.(between ? Math.max(0, step - 1) : step) ?? [],
      learningRate: config.optimizer.learningRate,
    });
  } finally {
    await log.close();
    await executor.dispose();
    features?.dispose();
    for (const network of Object.values(state.networks)) network.dispose();
  }
  const seconds = (nowMs() - startMs) / 1000;
  return {
    step,
    totalSteps,
    stopped: step < totalSteps,
    stepsPerSecond: seconds > 0 ? (step - fromStep) / seconds : 0,
  };
}

/** The newest whole checkpoint of a run to go on with; none when it was stopped before its first. */
async function startingPoint(
  directory: string,
  { resume = false, observer }: TrainOptions,
): Promise<Checkpoint | undefined> {
  const [found] = await listCheckpoints(directory);
  if (!found) return undefined;
  if (resume) return loadCheckpoint(directory, observer?.passedOver);
  throw new CheckpointError(
    `${directory} holds a checkpoint of step ${found.step} already; go on with it by "trainer resume", or train under another name.`,
    { code: "run_exists" },
  );
}

/** Steps of a whole run. */
function totalStepsOf({ schedule }: TrainConfig, stepsPerEpoch: number): number {
  const scheduled = (schedule.constantEpochs + schedule.decayEpochs) * stepsPerEpoch;
  return Math.min(scheduled, schedule.maxSteps ?? Number.POSITIVE_INFINITY);
}
