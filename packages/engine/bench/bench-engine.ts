import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareModel } from "./compare-model.ts";
import type { Enter, RuntimeName } from "./hosts/entrant.ts";
import { enterNode } from "./hosts/node/enter.ts";
import { enterWorkerd } from "./hosts/workerd/enter.ts";
import { judge } from "./judge.ts";
import type { BenchmarkModel } from "./models.ts";
import { readPicture } from "./picture.ts";
import { createProgress, type ProgressTarget } from "./progress.ts";
import type { ModelResult } from "./results.ts";
import { type Schedule, schedule, scheduledSeconds } from "./schedule.ts";
import { writeModelFiles } from "./write-model-files.ts";

/** Options of {@link benchEngine}. */
export interface BenchEngineOptions {
  readonly models: readonly BenchmarkModel[];
  readonly runtimes: readonly RuntimeName[];
  readonly sizePixels: number;
  /** How often a model of so many multiply-adds is run. */
  readonly plan?: (multiplyAdds: number) => Schedule;
  readonly progressTarget?: ProgressTarget;
  /** Told every result as soon as it is there. */
  readonly onResult?: (result: ModelResult) => void;
}

const enter: Readonly<Record<RuntimeName, Enter>> = { node: enterNode, workerd: enterWorkerd };

/** Races the engine with the others on every model in every runtime, one after the other. */
export async function benchEngine(options: BenchEngineOptions): Promise<ModelResult[]> {
  const { models, runtimes, sizePixels, plan = schedule, onResult = () => {} } = options;
  const races = models.map((model) => {
    const multiplyAdds = model.multiplyAdds(sizePixels);
    return { model, multiplyAdds, planned: plan(multiplyAdds) };
  });
  const progress = createProgress({
    seconds: races.reduce((sum, { planned }) => sum + scheduledSeconds(planned, runtimes.length), 0),
    ...(options.progressTarget && { target: options.progressTarget }),
  });
  const root = await mkdtemp(join(tmpdir(), "bench-engine-"));
  const removeRoot = () => rmSync(root, { recursive: true, force: true });
  // Also when the process is told to end meanwhile.
  process.once("exit", removeRoot);
  const results: ModelResult[] = [];
  try {
    const picture = await readPicture(sizePixels);
    for (const { model, multiplyAdds, planned } of races) {
      progress.stage(`${model.name}: tfjs judges`, planned.judgeSeconds);
      const files = model.files();
      const verdict = await judge({ model, files, picture, root, onCpu: planned.cpuJudges });
      const folder = join(root, model.name);
      await writeModelFiles(folder, files, picture.image);
      for (const runtime of runtimes) {
        const compared = await compareModel({
          enter: enter[runtime],
          folder,
          expected: verdict.output.data,
          planned,
          onStage: (label, seconds) => progress.stage(`${model.name} in ${runtime}: ${label}`, seconds),
          onRun: (name) => progress.advance(planned.runSeconds(name)),
        });
        const judged = `${verdict.judge}, on ${picture.name}`;
        const result = { runtime, model: model.name, sizePixels, multiplyAdds, judge: judged, ...compared };
        results.push(result);
        progress.clear();
        onResult(result);
      }
    }
    return results;
  } finally {
    progress.clear();
    process.off("exit", removeRoot);
    removeRoot();
  }
}
