import { parentPort, workerData } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs-core";
import { type BackendName, selectBackend } from "../backend/select.ts";
import { createMethod, type MethodConfig } from "../methods/create-method.ts";
import { computeBranch } from "./compute-branch.ts";
import type { ImageBatch } from "./image-batch.ts";
import { flattenGradients, gradientLayout, SharedWeights } from "./shared-weights.ts";

/** What a thread is started with. */
export interface WorkerSetup {
  readonly config: MethodConfig;
  readonly backend: BackendName;
  readonly weights: SharedArrayBuffer;
}

/** One branch to compute with the weights that lie in shared memory. */
export interface BranchRequest {
  readonly phase: number;
  readonly branch: number;
  readonly inputs: Readonly<Record<string, ImageBatch>>;
}

/** The branch's result; gradients flat, in the order of its layout. */
export interface BranchAnswer {
  readonly losses: Readonly<Record<string, number>>;
  readonly gradients: Float32Array;
  readonly outputs: Readonly<Record<string, ImageBatch>>;
}

const { config, backend, weights } = workerData as WorkerSetup;
await selectBackend(backend);
const method = createMethod(config);
const shared = new SharedWeights(method, weights);

parentPort!.on("message", ({ phase, branch: index, inputs }: BranchRequest) => {
  const branch = method.phases[phase]!.branches[index]!;
  const tensors = shared.read();
  const { losses, gradients, outputs } = computeBranch(branch, method.networks, tensors, inputs);
  const flat = flattenGradients(gradients, gradientLayout(method, branch));
  for (const held of [...Object.values(tensors), ...Object.values(gradients)])
    tf.dispose(Object.values(held));
  const answer: BranchAnswer = { losses, gradients: flat, outputs };
  const images = Object.values(outputs).map(({ data }) => data.buffer as ArrayBuffer);
  parentPort!.postMessage(answer, [flat.buffer as ArrayBuffer, ...images]);
});
parentPort!.postMessage("ready");
