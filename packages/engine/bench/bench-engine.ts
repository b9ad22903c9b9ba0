import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareModel } from "./compare-model.ts";
import { type ContestantName, contestantNames } from "./contestants/contestant.ts";
import type { Enter, RuntimeName } from "./hosts/entrant.ts";
import { enterNode } from "./hosts/node/enter.ts";
import { enterWorkerd } from "./hosts/workerd/enter.ts";
import { judge } from "./judge.ts";
import type { BenchmarkModel } from "./models.ts";
import { readPicture } from "./picture.ts";
import { createProgress, type ProgressTarget } from "./progress.ts";
import type { ModelResult } from "./results.ts";
import { writeModelFiles } from "./write-model-files.ts";

/** Options of {@link benchEngine}. */
export interface BenchEngineOptions {
  readonly models: readonly BenchmarkModel[];
  readonly runtimes: readonly RuntimeName[];
  readonly sizePixels: number;
  readonly rounds?: number | undefined;
  readonly progressTarget?: ProgressTarget;
  /** Told every result as soon as it is there. */
  readonly onResult?: (result: ModelResult) => void;
}

const enter: Readonly<Record<RuntimeName, Enter>> = { node: enterNode, workerd: enterWorkerd };

/** About how long contestants take for a multiply-add, next to each other; only for the time left. */
const SLOWNESS: Readonly<Record<ContestantName, number>> = {
  engine: 0.4,
  engineFloat: 0.8,
  onnxruntime: 1,
  tfjs: 1.6,
};
const JUDGE_SLOWNESS = 40;
const ALL_SLOWNESS = contestantNames.reduce((sum, name) => sum + SLOWNESS[name], 0);
const WARM_UPS = 3;

/** Above this many multiply-adds a run takes seconds, and fewer of them have to do. */
const LARGE_MULTIPLY_ADDS = 10e9;

/** Races the engine with the others on every model in every runtime, one after the other. */
export async function benchEngine(options: BenchEngineOptions): Promise<ModelResult[]> {
  const { models, runtimes, sizePixels, onResult = () => {} } = options;
  const races = models.map((model) => {
    const multiplyAdds = model.multiplyAdds(sizePixels);
    const large = multiplyAdds > LARGE_MULTIPLY_ADDS;
    const rounds = options.rounds ?? (large ? 3 : 9);
    const work = (1 + WARM_UPS + rounds) * ALL_SLOWNESS * runtimes.length + (large ? 5 : JUDGE_SLOWNESS);
    return { model, multiplyAdds, rounds, coldStarts: large ? 2 : 5, work: work * multiplyAdds };
  });
  const total = races.reduce((sum, { work }) => sum + work, 0);
  const progress = createProgress(total, options.progressTarget && { target: options.progressTarget });
  const root = await mkdtemp(join(tmpdir(), "bench-engine-"));
  const results: ModelResult[] = [];
  try {
    const picture = await readPicture(sizePixels);
    for (const { model, multiplyAdds, rounds, coldStarts } of races) {
      progress.stage(`${model.name}: tfjs judges`);
      const verdict = await judge(model, picture, root);
      progress.advance((multiplyAdds > LARGE_MULTIPLY_ADDS ? 5 : JUDGE_SLOWNESS) * multiplyAdds);
      const folder = join(root, model.name);
      await writeModelFiles(folder, model.files(), picture.image);
      for (const runtime of runtimes) {
        const compared = await compareModel({
          enter: enter[runtime],
          folder,
          expected: verdict.output.data,
          rounds,
          coldStarts,
          onStage: (label) => progress.stage(`${model.name} in ${runtime}: ${label}`),
          onRun: (name) => progress.advance(SLOWNESS[name] * multiplyAdds),
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
    await rm(root, { recursive: true, force: true });
  }
}
