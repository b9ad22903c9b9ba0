import { relative } from "node:path";
import type { TrainConfig } from "../run/config.ts";
import { writeSampleGrid } from "../run/sample-grid.ts";
import type { OpenRun } from "../run/start-run.ts";
import { type TrainResult, train } from "../training/train.ts";
import type { CliContext } from "./context.ts";
import type { MachineOptions } from "./options.ts";
import { createProgress, duration, type Progress } from "./progress.ts";

/** Options of {@link trainWithProgress}. */
export interface TrainWithProgressOptions extends OpenRun {
  readonly config: TrainConfig;
  readonly runDirectory: string;
  readonly machine: MachineOptions;
  readonly context: CliContext;
  readonly resume?: boolean;
}

/** Trains a run and shows it: progress with losses, rate and time left, sample grids, and a closing line. */
export async function trainWithProgress(options: TrainWithProgressOptions): Promise<TrainResult> {
  const { config, runDirectory, data, probes, machine, context, resume = false } = options;
  const where = relative(context.directory, runDirectory) || ".";
  let progress: Progress | undefined;
  const result = await train({
    config,
    runDirectory,
    data,
    backend: machine.backend,
    threads: machine.threads,
    resume,
    signal: context.signal,
    observer: {
      started({ totalSteps, fromStep, threads, checkpointPath }) {
        if (resume && !checkpointPath)
          context.warn(`${where} was stopped before its first checkpoint; it begins again, as it began.`);
        const from = checkpointPath
          ? ` from step ${fromStep} (${relative(runDirectory, checkpointPath)})`
          : "";
        context.warn(
          `Training ${where}${from}: ${totalSteps} steps on ${machine.backend}, ${threads} thread(s), seed ${config.seed}`,
        );
        progress = createProgress({
          label: "Training",
          total: totalSteps,
          unit: "steps",
          from: fromStep,
          target: context.progress,
        });
      },
      stepped: ({ step, losses }) => progress?.update(step, describeLosses(losses)),
      sample: ({ step, state }) => writeSampleGrid({ config, runDirectory, step, state, probes }),
      passedOver: ({ message }) => context.warn(`trainer: ${message} Looking at the checkpoint before it.`),
    },
  });
  progress?.finish();
  const seconds = result.stepsPerSecond > 0 ? duration(result.step / result.stepsPerSecond) : "no time";
  context.warn(
    result.stopped
      ? `Stopped after step ${result.step} of ${result.totalSteps} and saved; go on with: trainer resume ${where}`
      : `Trained ${result.step} steps (${result.stepsPerSecond.toFixed(2)} steps/s, about ${seconds}); samples in ${where}/samples`,
  );
  return result;
}

/** The losses people watch, summed over both directions: adversarial, cycle, discriminators. */
function describeLosses(losses: Readonly<Record<string, number>>): string {
  const sums = new Map<string, number>();
  for (const [name, value] of Object.entries(losses)) {
    const kind = name.replace(/[AB]$/, "");
    sums.set(kind, (sums.get(kind) ?? 0) + value);
  }
  return [...sums].map(([kind, sum]) => `${kind} ${sum.toFixed(2)}`).join(" ");
}
