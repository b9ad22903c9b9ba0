/** Measures one backend in a process of its own: `node measure.ts BACKEND SECONDS WORKLOAD`; writes a line of JSON. */

import { type BackendName, openMachine } from "../backend/select.ts";
import { createMethod } from "../methods/create-method.ts";
import { createLocalExecutor } from "../training/executor.ts";
import { noiseBatch } from "../training/noise-batch.ts";
import { createParallelExecutor } from "../training/parallel-executor.ts";
import { initialState } from "../training/state.ts";
import { trainStep } from "../training/step.ts";
import { stepMultiplyAdds } from "../training/step-multiply-adds.ts";
import { workloadFor } from "./workload.ts";

const [backendName, seconds, kind] = process.argv.slice(2) as [
  BackendName,
  string,
  Parameters<typeof workloadFor>[0],
];
const config = workloadFor(kind);
const sizePixels = config.data.cropSizePixels;
const { backend, threads } = await openMachine({ backend: backendName });
const method = createMethod(config);
const executor =
  threads === 2 ? await createParallelExecutor(method, config, backend) : createLocalExecutor(method);
const state = initialState(method, config);
const batch = noiseBatch(sizePixels, 1);

let step = 0;
const run = () =>
  trainStep({ method, ...state, executor, seed: config.seed }, batch, ++step, config.optimizer);
await run();
const beganMs = performance.now();
const measuredFrom = step;
while (performance.now() - beganMs < Number(seconds) * 1000) await run();
const stepsPerSecond = (step - measuredFrom) / ((performance.now() - beganMs) / 1000);
await executor.dispose();
console.log(
  JSON.stringify({
    threads,
    sizePixels,
    filters: config.generator.filters,
    blocks: config.generator.blocks,
    stepsPerSecond,
    gmacPerSecond: (stepsPerSecond * stepMultiplyAdds(config)) / 1e9,
  }),
);
process.exit(0);
