/**
 * One backend in a race of training steps: `node train-contestant.ts SETTING`, a {@link ContestantSetting} as JSON. Each line
 * read is a number of steps; each line written tells their times. The first line written says what runs.
 */
import { createInterface } from "node:readline";
import { type BackendName, openMachine } from "../src/backend/select.ts";
import { openDataSet } from "../src/data/index.ts";
import { createMethod } from "../src/methods/create-method.ts";
import { resolveConfig } from "../src/run/config.ts";
import { createLocalExecutor } from "../src/training/executor.ts";
import { createParallelExecutor } from "../src/training/parallel-executor.ts";
import { initialState } from "../src/training/state.ts";
import { trainStep } from "../src/training/step.ts";
import { countConvolutions } from "./count-convolutions.ts";

/** What a contestant computes, and on what. */
export interface ContestantSetting {
  readonly backend: BackendName;
  readonly threads: 1 | 2;
  readonly sizePixels: number;
  readonly filters: number;
  readonly blocks: number;
  readonly discriminatorFilters: number;
  readonly directoryA: string;
  readonly directoryB: string;
}

const setting = JSON.parse(process.argv[2]!) as ContestantSetting;
const { backend, threads, sizePixels, filters, blocks, discriminatorFilters, directoryA, directoryB } =
  setting;
const loadSizePixels = Math.round((sizePixels * 286) / 256);
const config = resolveConfig({
  data: { name: "bench", directoryA, directoryB, cropSizePixels: sizePixels, loadSizePixels },
  generator: { filters, blocks },
  discriminator: { filters: discriminatorFilters },
});
await openMachine({ backend, threads });
const { seed } = config;
const data = await openDataSet({
  mode: "unaligned",
  directoryA,
  directoryB,
  cropSizePixels: sizePixels,
  loadSizePixels,
  seed,
});
const method = createMethod(config);
const state = initialState(method, config);
const executor =
  threads === 2 ? await createParallelExecutor(method, config, backend) : createLocalExecutor(method);

let step = 0;
let waitedMs = 0;
async function run(): Promise<void> {
  const beganMs = performance.now();
  const batch = await data.batch(step);
  waitedMs += performance.now() - beganMs;
  await trainStep({ method, ...state, executor, seed }, batch, ++step, config.optimizer);
}

const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
const multiplyAdds = backend === "wasm" && threads === 1 ? await countConvolutions(run) : undefined;
say({ multiplyAdds });
for await (const line of createInterface({ input: process.stdin })) {
  const timesMs: number[] = [];
  waitedMs = 0;
  const cpu = process.cpuUsage();
  for (let left = Number(line); left > 0; left--) {
    const beganMs = performance.now();
    await run();
    timesMs.push(performance.now() - beganMs);
  }
  const { user, system } = process.cpuUsage(cpu);
  say({ timesMs, waitedMs, cpuMs: (user + system) / 1000, residentBytes: process.memoryUsage.rss() });
}
await executor.dispose();
process.exit(0);
