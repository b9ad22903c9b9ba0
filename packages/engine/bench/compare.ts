/** Times published models in the engine and in tfjs-backend-wasm, interleaved: `node bench/compare.ts [runs]`. */
import { createRequire } from "node:module";
import { availableParallelism, cpus } from "node:os";
import { dirname, join } from "node:path";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { mobileResnetGenerator, resnetGenerator } from "@unpaired/core";
import { createSession } from "../src/index.ts";
import { readEngineBinaries } from "../src/node.ts";
import type { ImageTensor } from "../src/session-types.ts";
import { largestDifference, noiseImage, publish } from "../src/testing/models.ts";
import { loadStock, runStock } from "../src/testing/stock-tfjs.ts";

const RUNS = Number(process.argv[2] ?? 9);
const SIZE_PIXELS = 256;
const WARM_UPS = 2;

interface Contestant {
  readonly name: string;
  run(image: ImageTensor): Promise<ImageTensor>;
}

interface Timing {
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

const networks = [
  mobileResnetGenerator({ filters: 16, blocks: 9 }),
  resnetGenerator({ filters: 16, blocks: 9 }),
];

function summarise(samplesMs: readonly number[]): Timing {
  const sorted = samplesMs.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const medianMs = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { medianMs, minMs: sorted[0]!, maxMs: sorted.at(-1)! };
}

async function race(contestants: readonly Contestant[], image: ImageTensor): Promise<Timing[]> {
  const samples: number[][] = contestants.map(() => []);
  for (let round = -WARM_UPS; round < RUNS; round++) {
    for (const [index, { run }] of contestants.entries()) {
      const beganMs = performance.now();
      await run(image);
      if (round >= 0) samples[index]!.push(performance.now() - beganMs);
    }
  }
  return samples.map(summarise);
}

const wasmFolder = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"));
setWasmPaths(`${join(wasmFolder)}/`);
setThreadsCount(1);
await tf.setBackend("wasm");
await tf.ready();

const binaries = await readEngineBinaries();
const image = noiseImage(SIZE_PIXELS, SIZE_PIXELS);
const results = [];
for (const spec of networks) {
  const files = publish(spec, { quantization: "uint8" });
  const session = await createSession(files, { binaries });
  const simd = await createSession(files, { binaries: { ...binaries, relaxedSimd: binaries.simd } });
  const stock = await loadStock(files);
  const contestants: Contestant[] = [
    { name: `engine ${session.build}`, run: (input) => session.run(input) },
    { name: "engine simd", run: (input) => simd.run(input) },
    { name: "tfjs-wasm", run: (input) => runStock(stock, input) },
  ];
  const difference = largestDifference(await session.run(image), await runStock(stock, image));
  const timings = await race(contestants, image);
  const stockMs = timings.at(-1)!.medianMs;
  console.log(`${spec.name}, ${SIZE_PIXELS}×${SIZE_PIXELS}, uint8 weights, ${RUNS} runs each, one thread`);
  for (const [index, { medianMs, minMs, maxMs }] of timings.entries()) {
    const name = contestants[index]!.name;
    const spread = `${minMs.toFixed(1)} to ${maxMs.toFixed(1)} ms`;
    console.log(
      `  ${name.padEnd(20)} median ${medianMs.toFixed(1).padStart(7)} ms  (${spread})  ${(stockMs / medianMs).toFixed(2)}×`,
    );
    results.push({ model: spec.name, contestant: name, medianMs, minMs, maxMs });
  }
  console.log(`  largest difference from tfjs-wasm ${difference.toExponential(1)}`);
  session.dispose();
  simd.dispose();
  stock.dispose();
}
const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: availableParallelism(), node: process.version };
console.log(
  JSON.stringify({ benchmark: "engine-compare", sizePixels: SIZE_PIXELS, runs: RUNS, machine, results }),
);
