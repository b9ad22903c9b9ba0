import { fileURLToPath } from "node:url";
import type { BackendDetection } from "../src/backend/detect.ts";
import type { BackendName } from "../src/backend/select.ts";
import { type Contestant, startContestant, type Turn } from "./contestant.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { watchGpu } from "./gpu.ts";
import type { Setting } from "./settings.ts";
import type { ContestantSetting } from "./train-contestant.ts";

/** What there is to race with. */
export interface Field {
  readonly present: Readonly<Record<Exclude<BackendName, "cpu">, BackendDetection>>;
  /** Whether `python3` has PyTorch. */
  readonly python: boolean;
  readonly threads: number;
  /** Pictures, read as in training. */
  readonly folders: { readonly directoryA: string; readonly directoryB: string };
}

/** The contestants that finish a setting in bearable time. */
export async function startAll(
  name: string,
  setting: Setting,
  { folders, present, python, threads: cores }: Field,
): Promise<Contestant[]> {
  const started: Contestant[] = [];
  const program = fileURLToPath(new URL("./train-contestant.ts", import.meta.url));
  const start = async (who: string, backend: BackendName, threads: 1 | 2) => {
    const contestant: ContestantSetting = { ...setting, ...folders, backend, threads };
    const flags = ["--experimental-strip-types", "--no-warnings"];
    // Together its threads are as many as PyTorch is told to take.
    const environment = { TF_NUM_INTRAOP_THREADS: String(Math.max(1, Math.floor(cores / threads))) };
    await startContestant(
      who,
      process.execPath,
      [...flags, program, JSON.stringify(contestant)],
      environment,
    ).then(
      (ready) => void started.push(ready),
      (error: Error) => console.log(`  ${who.padEnd(12)} ${error.message}`),
    );
  };
  if (present.tensorflow.available) {
    await start("tensorflow", "tensorflow", present.tensorflow.gpu || cores === 1 ? 1 : 2);
  }
  if (present.webgpu.available && (present.webgpu.hardware || name === "toy")) {
    await start("webgpu", "webgpu", 1);
  }
  if (name !== "paper") {
    await start("wasm-1", "wasm", 1);
    if (cores > 1) await start("wasm-2", "wasm", 2);
  }
  if (python) {
    const script = fileURLToPath(new URL("./pytorch-step.py", import.meta.url));
    const { steps: _, warmUp: __, ...shape } = setting;
    started.push(
      await startContestant("pytorch", "python3", [script, JSON.stringify({ ...shape, threads: cores })]),
    );
  }
  return started;
}

/** Has the contestants take turns, and ends them. */
export async function race(
  contestants: readonly Contestant[],
  setting: Setting,
  rounds: number,
): Promise<Record<string, Figures>> {
  const turns = new Map<Contestant, Turn[]>(contestants.map((contestant) => [contestant, []]));
  const gpu = new Map<Contestant, { megabytes: number; utilisation: number }>();
  for (const contestant of contestants) await contestant.train(setting.warmUp);
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) {
      const watch = watchGpu();
      turns.get(contestant)!.push(await contestant.train(setting.steps));
      const seen = await watch.stop();
      if (seen) gpu.set(contestant, seen);
    }
  }
  for (const contestant of contestants) contestant.stop();
  return Object.fromEntries(
    contestants.map((contestant) => {
      const seen = gpu.get(contestant);
      return [
        contestant.name,
        {
          ...figuresOf(turns.get(contestant)!, contestant.hello),
          ...(seen && { gpuMegabytes: seen.megabytes, gpuUtilisation: seen.utilisation }),
        },
      ];
    }),
  );
}
