/** Times whole CycleGAN steps on the wasm backend: `node bench/step.ts [rounds]`. */

import { cpus } from "node:os";
import { selectBackend } from "../src/backend/select.ts";
import { createMethod } from "../src/methods/create-method.ts";
import { resolveConfig, type TrainConfig } from "../src/run/config.ts";
import { type BranchExecutor, createLocalExecutor } from "../src/training/executor.ts";
import { noiseBatch } from "../src/training/noise-batch.ts";
import { createParallelExecutor } from "../src/training/parallel-executor.ts";
import { initialState } from "../src/training/state.ts";
import { trainStep } from "../src/training/step.ts";
import { countConvolutions } from "./count-convolutions.ts";

const ROUNDS = Number(process.argv[2] ?? 7);
const adam = { learningRate: 2e-4, beta1: 0.5, beta2: 0.999 };

interface Setting {
  readonly name: string;
  readonly sizePixels: number;
  readonly config: TrainConfig;
}

const setting = (
  sizePixels: number,
  kind: "resnet" | "mobile-resnet",
  filters: number,
  blocks: number,
): Setting => ({
  name: `${kind}${blocks}x${filters}at${sizePixels}`,
  sizePixels,
  config: resolveConfig({
    data: { name: "noise", directoryA: "a", directoryB: "b" },
    generator: { kind, filters, blocks },
    discriminator: { filters },
  }),
});

const settings = [
  setting(64, "resnet", 16, 6),
  setting(128, "resnet", 16, 6),
  setting(128, "resnet", 32, 6),
  setting(64, "mobile-resnet", 16, 9),
];

await selectBackend("wasm");
console.log(
  `Whole CycleGAN steps, identity loss on, batch 1, tfjs wasm with our kernels; ${cpus()[0]?.model}, ${ROUNDS} rounds`,
);
const figures: Record<string, object> = {};
for (const { name, sizePixels, config } of settings) {
  const method = createMethod(config);
  const state = initialState(method, config);
  const batch = noiseBatch(sizePixels, 1);
  const local = createLocalExecutor(method);
  const parallel = await createParallelExecutor(method, config, "wasm");
  let step = 0;
  const run = async (executor: BranchExecutor): Promise<number> => {
    const beganMs = performance.now();
    await trainStep({ method, ...state, executor, seed: config.seed }, batch, ++step, adam);
    return performance.now() - beganMs;
  };
  const multiplyAdds = await countConvolutions(() => run(local));
  const one: number[] = [];
  const two: number[] = [];
  for (let round = -2; round < ROUNDS; round++) {
    const oneMs = await run(local);
    const twoMs = await run(parallel);
    if (round < 0) continue;
    one.push(oneMs);
    two.push(twoMs);
  }
  await parallel.dispose();
  for (const network of Object.values(state.networks)) network.dispose();
  const [oneThread, twoThreads] = [summarise(one), summarise(two)];
  const gmacPerSecondPerCore = multiplyAdds / 1e6 / oneThread.medianMs;
  console.log(
    `${name.padEnd(24)} ${(multiplyAdds / 1e9).toFixed(2)} GMAC  one thread ${describe(oneThread)} ${gmacPerSecondPerCore.toFixed(1)} GMAC/s  two ${describe(twoThreads)}`,
  );
  figures[name] = {
    gmac: multiplyAdds / 1e9,
    gmacPerSecondPerCore,
    oneThreadMs: oneThread.medianMs,
    twoThreadsMs: twoThreads.medianMs,
  };
}
console.log(JSON.stringify({ wasm: figures }));

interface Timing {
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

function summarise(samplesMs: readonly number[]): Timing {
  const sorted = samplesMs.toSorted((a, b) => a - b);
  return { medianMs: sorted[sorted.length >> 1]!, minMs: sorted[0]!, maxMs: sorted.at(-1)! };
}

function describe({ medianMs, minMs, maxMs }: Timing): string {
  return `${medianMs.toFixed(0)} ms (${minMs.toFixed(0)}–${maxMs.toFixed(0)})`;
}
