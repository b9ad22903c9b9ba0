import { relative } from "node:path";
import type { Machine } from "../backend/select.ts";
import { type RunFeatureFacts, readRunFeatureFacts } from "../feature-network/run-features.ts";
import { describeEnvironment, openRunReport, type RunReport } from "../report/index.ts";
import type { TrainConfig } from "../run/config.ts";
import { writeSampleGrid } from "../run/sample-grid.ts";
import type { OpenRun } from "../run/start-run.ts";
import { isDivergence } from "../training/explain-stop.ts";
import { type TrainResult, train } from "../training/train.ts";
import type { CliContext } from "./context.ts";
import { createProgress, duration, type Progress } from "./progress.ts";
import { keepMemorySteady } from "./steady-memory.ts";

/** Options of {@link trainWithProgress}. */
export interface TrainWithProgressOptions extends OpenRun {
  readonly config: TrainConfig;
  readonly runDirectory: string;
  readonly machine: Machine;
  readonly context: CliContext;
  readonly resume?: boolean;
}

/** Trains a run and shows it: progress with losses, rate and time left, sample grids, and a closing line. */
export async function trainWithProgress(options: TrainWithProgressOptions): Promise<TrainResult> {
  const { config, runDirectory, data, probes, machine, context, resume = false } = options;
  const where = relative(context.directory, runDirectory) || ".";
  const features =
    config.features.directory === undefined ? undefined : await readRunFeatureFacts(runDirectory);
  keepMemorySteady();
  let progress: Progress | undefined;
  let report: RunReport | undefined;
  const stopping = () =>
    context.warn("\nFinishing the step under way and saving it; a second Ctrl-C ends this at once.");
  context.signal.addEventListener("abort", stopping, { once: true });
  const training = train({
    config,
    runDirectory,
    data,
    backend: machine.backend,
    threads: machine.threads,
    resume,
    signal: context.signal,
    observer: {
      started({ totalSteps, fromStep, threads, checkpointPath, backendBefore }) {
        if (resume && !checkpointPath)
          context.warn(`${where} was stopped before its first checkpoint; it begins again, as it began.`);
        if (backendBefore) {
          context.warn(
            `${where} was trained on ${backendBefore} so far; on ${machine.backend} it goes on, though not bit for bit.`,
          );
        }
        const from = checkpointPath
          ? ` from step ${fromStep} (${relative(runDirectory, checkpointPath)})`
          : "";
        context.warn(
          `Training ${where}${from}: ${totalSteps} steps on ${machine.backend}, ${threads} thread(s), seed ${config.seed}`,
        );
        if (features) context.warn(describeFeatures(features));
        progress = createProgress({
          label: "Training",
          total: totalSteps,
          unit: "steps",
          from: fromStep,
          target: context.progress,
        });
        report = openRunReport({
          runDirectory,
          place: where,
          config,
          environment: describeEnvironment(machine),
          totalSteps,
          fromStep,
          nowMs: () => context.now().getTime(),
          warn: (message) => context.warn(`trainer: ${message}`),
        });
      },
      stepped: ({ step, losses }) => progress?.update(step, describeLosses(losses)),
      async sample({ step, state }) {
        // The report is written while training goes on.
        void report?.sample(step, await writeSampleGrid({ config, runDirectory, step, state, probes }));
      },
      logged: (figures) => void report?.scalars(figures),
      passedOver: ({ message }) => context.warn(`trainer: ${message} Looking at the checkpoint before it.`),
    },
  });
  const result = await training
    .catch(async (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      await report?.finish({ state: isDivergence(error) ? "diverged" : "failed", message });
      throw error;
    })
    .finally(() => context.signal.removeEventListener("abort", stopping));
  await report?.finish({ state: result.stopped ? "stopped" : "finished", step: result.step });
  progress?.finish();
  const seconds = result.stepsPerSecond > 0 ? duration(result.step / result.stepsPerSecond) : "no time";
  context.warn(
    result.stopped
      ? `Stopped after step ${result.step} of ${result.totalSteps} and saved; go on with: trainer resume ${where}`
      : `Trained ${result.step} steps (${result.stepsPerSecond.toFixed(2)} steps/s, about ${seconds}); see ${where}/report.html`,
  );
  return result;
}

function describeFeatures({ source, sha256, kind }: RunFeatureFacts): string {
  const network = `${source} (sha256 ${sha256.slice(0, 16)}…)`;
  return kind === "segmenter-encoder"
    ? `Features are read from ${network}: the encoder of a segmentation network trained here, for want of a network of renown such as VGG-16.`
    : `Features are read from ${network}.`;
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
