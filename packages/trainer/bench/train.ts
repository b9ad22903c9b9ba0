/**
 * Races whole CycleGAN steps of every backend present, and of PyTorch where it is installed:
 * `node bench/train.ts [--rounds 5] [--settings toy,tiny,small,paper] [--threads 2]`. Each contestant is a process of its
 * own; they take turns, so that what else the machine does meets all of them. The last line is JSON.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { detectBackend } from "../src/backend/detect.ts";
import type { BackendName } from "../src/backend/select.ts";
import { type Contestant, startContestant, type Turn } from "./contestant.ts";
import { watchGpu } from "./gpu.ts";
import type { ContestantSetting } from "./train-contestant.ts";
import { writePictures } from "./write-pictures.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    settings: { type: "string", default: "toy,tiny,small,paper" },
    threads: { type: "string", default: String(availableParallelism()) },
  },
});
const ROUNDS = Number(values.rounds);
const THREADS = Number(values.threads);

type Size = Pick<ContestantSetting, "sizePixels" | "filters" | "blocks" | "discriminatorFilters">;

interface Setting extends Size {
  /** Steps of a contestant's turn, and steps before the first turn that counts. */
  readonly steps: number;
  readonly warmUp: number;
}

const size = (sizePixels: number, filters: number, blocks: number, discriminatorFilters: number): Size => ({
  sizePixels,
  filters,
  blocks,
  discriminatorFilters,
});
const settings: Readonly<Record<string, Setting>> = {
  toy: { ...size(32, 8, 2, 8), steps: 10, warmUp: 20 },
  tiny: { ...size(64, 16, 6, 32), steps: 5, warmUp: 20 },
  small: { ...size(128, 32, 6, 32), steps: 2, warmUp: 4 },
  paper: { ...size(256, 64, 9, 64), steps: 1, warmUp: 1 },
};

/** What a contestant came to in one setting. */
interface Figures {
  readonly stepMs: number;
  readonly fastestMs: number;
  readonly slowestMs: number;
  readonly stepsPerSecond: number;
  readonly cpuMsPerStep: number;
  readonly dataShare?: number;
  readonly residentMegabytes?: number;
  /** By the step's time, and by the processor time it took, which what else the machine does leaves alone. */
  readonly gmacPerSecondPerCore?: number;
  readonly gmacPerProcessorSecond?: number;
  readonly gpuMegabytes?: number;
  readonly gpuUtilisation?: number;
}

const directory = await mkdtemp(join(tmpdir(), "unpaired-bench-"));
const all: Record<string, Record<string, Figures>> = {};
try {
  const folders = await writePictures(directory);
  const python = await pytorch();
  const present = {} as Record<BackendName, Awaited<ReturnType<typeof detectBackend>>>;
  for (const backend of ["tensorflow", "webgpu", "wasm"] as const) {
    present[backend] = await detectBackend(backend);
    const found = present[backend];
    console.log(`${backend.padEnd(12)} ${found.available ? found.description : `skipped: ${found.reason}`}`);
  }
  console.log(`${"pytorch".padEnd(12)} ${python ?? "skipped: python3 cannot import torch"}`);
  console.log(
    `Whole CycleGAN steps, identity loss on, batch 1, pictures read as in training; ${cpus()[0]?.model}, ${THREADS} threads, ${ROUNDS} rounds`,
  );

  for (const name of values.settings.split(",")) {
    const setting = settings[name];
    if (!setting)
      throw new Error(`There is no setting ${name}; there are ${Object.keys(settings).join(", ")}.`);
    console.log(
      `\n${name}: ${setting.sizePixels} px, ${setting.filters} filters, ${setting.blocks} blocks, discriminators ${setting.discriminatorFilters}`,
    );
    const contestants = await startAll(name, setting, folders, present, python !== undefined);
    for (const [who, figures] of Object.entries(await race(contestants, setting))) {
      all[who] ??= {};
      all[who][name] = figures;
      console.log(`  ${who.padEnd(12)} ${describe(figures)}`);
    }
  }
} finally {
  await rm(directory, { recursive: true });
}
console.log(JSON.stringify(summarise(all)));

/** The contestants that finish a setting in bearable time. */
async function startAll(
  name: string,
  setting: Setting,
  folders: { readonly directoryA: string; readonly directoryB: string },
  present: Readonly<Record<BackendName, Awaited<ReturnType<typeof detectBackend>>>>,
  python: boolean,
): Promise<Contestant[]> {
  const started: Contestant[] = [];
  const program = fileURLToPath(new URL("./train-contestant.ts", import.meta.url));
  const start = async (who: string, backend: BackendName, threads: 1 | 2) => {
    const contestant: ContestantSetting = { ...setting, ...folders, backend, threads };
    const flags = ["--experimental-strip-types", "--no-warnings"];
    // Together its threads are as many as PyTorch is told to take.
    const environment = { TF_NUM_INTRAOP_THREADS: String(Math.max(1, Math.floor(THREADS / threads))) };
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
    await start("tensorflow", "tensorflow", present.tensorflow.gpu || THREADS === 1 ? 1 : 2);
  }
  if (present.webgpu.available && (present.webgpu.hardware || name === "toy")) {
    await start("webgpu", "webgpu", 1);
  }
  if (name !== "paper") {
    await start("wasm-1", "wasm", 1);
    if (THREADS > 1) await start("wasm-2", "wasm", 2);
  }
  if (python) {
    const script = fileURLToPath(new URL("./pytorch-step.py", import.meta.url));
    const { steps: _, warmUp: __, ...shape } = setting;
    started.push(
      await startContestant("pytorch", "python3", [script, JSON.stringify({ ...shape, threads: THREADS })]),
    );
  }
  return started;
}

async function race(contestants: readonly Contestant[], setting: Setting): Promise<Record<string, Figures>> {
  const turns = new Map<Contestant, Turn[]>(contestants.map((contestant) => [contestant, []]));
  const gpu = new Map<Contestant, { megabytes: number; utilisation: number }>();
  for (const contestant of contestants) await contestant.train(setting.warmUp);
  for (let round = 0; round < ROUNDS; round++) {
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

function figuresOf(turns: readonly Turn[], { multiplyAdds }: Readonly<Record<string, unknown>>): Figures {
  const times = turns.flatMap(({ timesMs }) => timesMs).toSorted((a, b) => a - b);
  const total = times.reduce((sum, time) => sum + time, 0);
  const stepMs = times[times.length >> 1]!;
  const sum = (part: (turn: Turn) => number) => turns.reduce((all, turn) => all + part(turn), 0);
  const cpuMsPerStep = sum(({ cpuMs }) => cpuMs) / times.length;
  const resident = turns.at(-1)?.residentBytes;
  return {
    stepMs,
    fastestMs: times[0]!,
    slowestMs: times.at(-1)!,
    stepsPerSecond: 1000 / stepMs,
    cpuMsPerStep,
    ...(turns[0]?.waitedMs !== undefined && { dataShare: sum(({ waitedMs = 0 }) => waitedMs) / total }),
    ...(resident !== undefined && { residentMegabytes: resident / 1e6 }),
    ...(typeof multiplyAdds === "number" && {
      gmacPerSecondPerCore: multiplyAdds / 1e6 / stepMs,
      gmacPerProcessorSecond: multiplyAdds / 1e6 / cpuMsPerStep,
    }),
  };
}

function describe(figures: Figures): string {
  const { stepMs, fastestMs, slowestMs, cpuMsPerStep, dataShare, residentMegabytes } = figures;
  const parts = [
    `${stepMs.toFixed(0)} ms (${fastestMs.toFixed(0)}–${slowestMs.toFixed(0)})`,
    `${cpuMsPerStep.toFixed(0)} ms of processor`,
    dataShare !== undefined && `data ${(dataShare * 100).toFixed(1)} %`,
    residentMegabytes !== undefined && `${residentMegabytes.toFixed(0)} MB`,
    figures.gmacPerSecondPerCore !== undefined && `${figures.gmacPerSecondPerCore.toFixed(1)} GMAC/s`,
    figures.gpuMegabytes !== undefined && `GPU ${figures.gpuMegabytes} MB, ${figures.gpuUtilisation} % busy`,
  ];
  return parts.filter(Boolean).join(", ");
}

function summarise(all: Readonly<Record<string, Record<string, Figures>>>): object {
  const pytorch = all.pytorch ?? {};
  const ratios = (who: string) =>
    Object.fromEntries(
      Object.entries(all[who] ?? {}).flatMap(([name, { stepMs, cpuMsPerStep }]) => {
        const other = pytorch[name];
        return other
          ? [[name, { wall: stepMs / other.stepMs, processor: cpuMsPerStep / other.cpuMsPerStep }]]
          : [];
      }),
    );
  return {
    tensorflow: {
      ratioToPytorch: ratios("tensorflow").paper?.wall ?? null,
      ratios: ratios("tensorflow"),
      ...all.tensorflow,
    },
    wasm: {
      gmacPerSecondPerCore: all["wasm-1"]?.small?.gmacPerSecondPerCore ?? null,
      gmacPerProcessorSecond: all["wasm-1"]?.small?.gmacPerProcessorSecond ?? null,
      oneThread: all["wasm-1"] ?? null,
      twoThreads: all["wasm-2"] ?? null,
    },
    webgpu: { ratios: ratios("webgpu"), ...all.webgpu },
    pytorch,
  };
}

async function pytorch(): Promise<string | undefined> {
  const program = "import torch; print('PyTorch', torch.__version__)";
  return promisify(execFile)("python3", ["-c", program], { timeout: 120_000 }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}
