import * as tf from "@tensorflow/tfjs-core";
import type { BackendName } from "../backend/select.ts";
import { loadCheckpoint, saveCheckpoint } from "../checkpoint/checkpoint.ts";
import { createMethod } from "../methods/create-method.ts";
import type { TrainConfig } from "../run/config.ts";
import { runPaths } from "../run/run-directory.ts";
import { createLocalExecutor } from "./executor.ts";
import { openMetricsLog, RunningLosses } from "./metrics-log.ts";
import { createParallelExecutor } from "./parallel-executor.ts";
import { createSchedule } from "./schedule.ts";
import { initialState, restoreState, snapshotState, type TrainingState } from "./state.ts";
import { type Batch, trainStep } from "./step.ts";

/** The data a run trains on; which images a step gets depends on nothing but its number. */
export interface TrainingData {
  readonly stepsPerEpoch: number;
  /** @param step counted from 0 */
  batch(step: number): Promise<Batch>;
}

/** What a run tells while it goes on. */
export interface TrainingObserver {
  /** Called once, before the first step. */
  started?(facts: { readonly totalSteps: number; readonly fromStep: number; readonly threads: number }): void;
  /** Called after every step. */
  stepped?(facts: { readonly step: number; readonly losses: Readonly<Record<string, number>> }): void;
  /** Called when a sample grid is due. */
  sample?(facts: { readonly step: number; readonly state: TrainingState }): Promise<void>;
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
 * Trains a run to its end or until it is told to stop; a checkpoint stands at the end either way.
 *
 * @throws TrainingError `diverged` when a loss is no longer finite; the last checkpoint stays
 * @throws DataError when a picture of the data does not decode, after a checkpoint
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { config, runDirectory, data, signal, observer, nowMs = () => performance.now() } = options;
  const method = createMethod(config);
  const paths = runPaths(runDirectory);
  const checkpoint = options.resume
    ? await loadCheckpoint(paths.checkpoints, observer?.passedOver)
    : undefined;
  const state = checkpoint ? restoreState(method, checkpoint, config) : initialState(method, config);
  const executor =
    options.threads > 1
      ? await createParallelExecutor(method, config, options.backend)
      : createLocalExecutor(method);
  const schedule = createSchedule(config.schedule);
  const log = await openMetricsLog(paths.metrics);

  const totalSteps = totalStepsOf(config, data.stepsPerEpoch);
  const fromStep = checkpoint?.step ?? 0;
  const running = new RunningLosses();
  const startMs = nowMs();
  let step = fromStep;
  let loggedStep = fromStep;
  let loggedMs = startMs;
  observer?.started?.({ totalSteps, fromStep, threads: options.threads });

  const save = async () => saveCheckpoint(paths.checkpoints, await snapshotState(state, step));
  try {
    while (step < totalSteps && !signal?.aborted) {
      const epoch = Math.floor(step / data.stepsPerEpoch);
      const learningRate = config.optimizer.learningRate * schedule.factor(epoch);
      const batch = await data.batch(step).catch(async (error: unknown) => {
        // A picture that does not decode must not cost the steps before it.
        await save();
        throw error;
      });
      const adam = { ...config.optimizer, learningRate };
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
      observer?.stepped?.({ step, losses });
      const last = step === totalSteps;
      if (last || step % config.reporting.logEverySteps === 0) {
        const now = nowMs();
        await log.write({
          step,
          epoch,
          learningRate,
          stepsPerSecond: ((step - loggedStep) / (now - loggedMs)) * 1000,
          residentBytes: process.memoryUsage.rss(),
          tensors: tf.memory().numTensors,
          losses: running.take(),
        });
        loggedStep = step;
        loggedMs = now;
      }
      if (last || step % config.reporting.sampleEverySteps === 0) await observer?.sample?.({ step, state });
      if (!last && step % config.reporting.checkpointEverySteps === 0) await save();
    }
    await save();
  } finally {
    await log.close();
    await executor.dispose();
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

/** Steps of a whole run. */
export function totalStepsOf({ schedule }: TrainConfig, stepsPerEpoch: number): number {
  const scheduled = (schedule.constantEpochs + schedule.decayEpochs) * stepsPerEpoch;
  return Math.min(scheduled, schedule.maxSteps ?? Number.POSITIVE_INFINITY);
}
