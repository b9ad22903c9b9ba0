/**
 * A program for tests: four threads at once hand the installed addon attribute names it has not seen yet, what training
 * threads do in their first step. It crashes where the addon keeps the names of all threads in one unguarded set.
 */
import { fileURLToPath } from "node:url";
import { isMainThread, threadId, Worker, workerData } from "node:worker_threads";
import { loadBinding } from "./load-binding.ts";

const THREADS = 4;
const NAMES = 200_000;

if (isMainThread) {
  const ready = new Int32Array(new SharedArrayBuffer(4));
  for (let thread = 0; thread < THREADS; thread++) {
    new Worker(fileURLToPath(import.meta.url), { workerData: ready });
  }
} else {
  const binding = loadBinding();
  const matrix = binding.createTensor([1, 1], binding.TF_FLOAT, Float32Array.of(1));
  // Each name before all the others: where a search of the set ends is where another thread is inserting.
  const attributes = Array.from({ length: NAMES }, (_, index) => ({
    name: `${1_000_000 - index}-${threadId}`,
    type: binding.TF_ATTR_BOOL,
    value: false,
  }));
  const ready: Int32Array = workerData;
  Atomics.add(ready, 0, 1);
  while (Atomics.load(ready, 0) < THREADS);
  // MatMul has no such attributes, which TensorFlow remarks on and ignores.
  binding.executeOp("MatMul", attributes, [matrix, matrix], 1);
}
