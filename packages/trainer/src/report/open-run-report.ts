import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import sharp from "sharp";
import { writeAtomically } from "../checkpoint/atomic-write.ts";
import { runPaths } from "../run/run-directory.ts";
import type { Environment } from "./environment.ts";
import type { Figures } from "./figures.ts";
import { FigureHistory } from "./history.ts";
import type { ReportSettings } from "./html/facts.ts";
import { reportPage } from "./html/page.ts";
import { SampleStrip } from "./html/sample-strip.ts";
import { readMetrics } from "./read-metrics.ts";
import { readSampleSteps, sampleFileName } from "./read-sample-steps.ts";
import type { RunEnding, RunState } from "./run-state.ts";
import { type EventFile, openEventFile } from "./tensorboard/event-file.ts";

/** Options of {@link openRunReport}. */
export interface RunReportOptions {
  readonly runDirectory: string;
  /** The run's folder as a user types it; left out, its whole path. */
  readonly place?: string;
  /** The resolved configuration; all of it is shown. */
  readonly config: ReportSettings;
  readonly environment: Environment;
  readonly totalSteps: number;
  /** Step this start goes on from; what an earlier start wrote of later steps no longer counts. */
  readonly fromStep: number;
  /** Wall time in milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Told once, in one sentence, when a report cannot be written. */
  readonly warn: (message: string) => void;
}

/**
 * Shows a run while it trains: TensorBoard events in its folder, and `report.html`.
 *
 * Calls are carried out one after another and never reject; they need not be awaited until {@link RunReport.finish}.
 */
export interface RunReport {
  scalars(figures: Figures): Promise<void>;
  /** @param png the sample grid of a step */
  sample(step: number, png: Uint8Array): Promise<void>;
  /** Writes how the run ended and closes what is open. */
  finish(ending: RunEnding): Promise<void>;
}

/** Curves of slow runs stay fresh between sample grids. */
const WRITE_EVERY_MS = 60_000;

/** Opens the report of a run, going on from what earlier starts left in its folder. */
export function openRunReport(options: RunReportOptions): RunReport {
  const { runDirectory, config, environment, totalSteps, fromStep, nowMs } = options;
  const history = new FigureHistory();
  const strip = new SampleStrip();
  let events: EventFile | undefined;
  let state: RunState = "training";
  let message: string | undefined;
  let step = fromStep;
  let writtenMs = Number.NEGATIVE_INFINITY;

  const path = join(runDirectory, "report.html");
  const writePage = async () => {
    const now = nowMs();
    writtenMs = now;
    const name = basename(resolve(runDirectory));
    const { place = runDirectory } = options;
    await writeAtomically(
      path,
      reportPage({
        name,
        place,
        state,
        message,
        step,
        totalSteps,
        writtenMs: now,
        nextWriteMs: now + WRITE_EVERY_MS + millisecondsPerLine(history),
        history,
        samples: strip.samples,
        settings: config,
        environment,
      }),
    );
  };

  let warned = false;
  let tail = Promise.resolve();
  const enqueue = (...jobs: readonly (() => Promise<void> | undefined)[]): Promise<void> => {
    tail = tail.then(async () => {
      for (const job of jobs) {
        try {
          await job();
        } catch (error) {
          if (!warned)
            options.warn(`The run's report cannot be written (${reason(error)}); training goes on.`);
          warned = true;
        }
      }
    });
    return tail;
  };

  enqueue(
    async () => {
      if (fromStep > 0) await restore(runDirectory, fromStep, history, strip);
    },
    async () => {
      events = await openEventFile({ directory: runDirectory, fromStep, nowMs });
    },
    writePage,
  );

  return {
    scalars: (figures) =>
      enqueue(
        async () => {
          step = Math.max(step, figures.step);
          history.add(figures);
        },
        () => events?.scalars(figures.step, eventScalars(figures)),
        async () => {
          const first = history.figures.length === 1;
          if (first || nowMs() - writtenMs >= WRITE_EVERY_MS) await writePage();
        },
      ),
    sample: (sampleStep, png) =>
      enqueue(
        async () => {
          step = Math.max(step, sampleStep);
          await strip.add(sampleStep, png);
        },
        async () => {
          const { width, height } = await sharp(png).metadata();
          await events?.image(sampleStep, { tag: "samples", png, width, height });
          await events?.flush();
        },
        writePage,
      ),
    finish: (ending) =>
      enqueue(
        async () => {
          ({ state, message } = { message: undefined, ...ending });
          step = Math.max(step, ending.step ?? 0);
        },
        () => events?.flush(),
        () => events?.close(),
        writePage,
      ),
  };
}

async function restore(
  runDirectory: string,
  fromStep: number,
  history: FigureHistory,
  strip: SampleStrip,
): Promise<void> {
  const { metrics, samples } = runPaths(runDirectory);
  for await (const figures of readMetrics(metrics)) history.add(figures);
  history.forgetFrom(fromStep + 1);
  const steps = (await readSampleSteps(samples)).filter((step) => step <= fromStep);
  await strip.restore(steps, (step) => readFile(join(samples, sampleFileName(step))));
}

function eventScalars({ losses, ...figures }: Figures): Record<string, number> {
  return {
    ...Object.fromEntries(Object.entries(losses).map(([name, value]) => [`loss/${name}`, value])),
    "run/learning_rate": figures.learningRate,
    "run/steps_per_second": figures.stepsPerSecond,
    "run/resident_MiB": figures.residentBytes / 2 ** 20,
  };
}

/** How far apart log lines come, which is how late a writing may be. */
function millisecondsPerLine(history: FigureHistory): number {
  const [before, last] = history.figures.slice(-2);
  if (!before || !last || !(last.stepsPerSecond > 0)) return WRITE_EVERY_MS;
  return ((last.step - before.step) / last.stepsPerSecond) * 1000;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
