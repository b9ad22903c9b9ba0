import { parentPort, workerData } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs-core";
import { type BackendName, selectBackend } from "../backend/select.ts";
import { openRunFeatures } from "../feature-network/run-features.ts";
import { createMethod, type MethodConfig } from "../methods/create-method.ts";
import { type BranchResult, computeBranch } from "./compute-branch.ts";
import type { ImageBatch } from "./image-batch.ts";
import { flattenGradients, gradientLayout, SharedWeights } from "./shared-weights.ts";

/** What a thread is started with. */
export interface WorkerSetup {
  readonly config: MethodConfig;
  readonly backend: BackendName;
  readonly weights: SharedArrayBuffer;
  /** Holds the feature network, for a method that reads one. */
  readonly runDirectory?: string;
}

/** One branch to compute with the weights that lie in shared memory. */
export interface BranchRequest {
  readonly phase: number;
  readonly branch: number;
  readonly batches: Readonly<Record<string, ImageBatch>>;
  readonly seed: number;
}

/** The branch's result; gradients flat, in the order of its layout. */
export interface BranchAnswer extends Omit<BranchResult, "gradients"> {
  readonly gradients: Float32Array;
}

const { config, backend, weights, runDirectory } = workerData as WorkerSetup;
await selectBackend(backend);
const features = runDirectory === undefined ? undefined : await openRunFeatures(runDirectory, config);
const method = createMethod(config, { features });
const shared = new SharedWeights(method, weights);

parentPort!.on("message", async ({ phase, branch: index, batches, seed }: BranchRequest) => {
  const branch = method.phases[phase]!.branches[index]!;
  const tensors = shared.read();
  const inputs = { specs: method.networks, weights: tensors, batches, seed };
  const { gradients, ...rest } = await computeBranch(branch, inputs);
  const flat = flattenGradients(gradients, gradientLayout(method, branch));
  for (const held of [...Object.values(tensors), ...Object.values(gradients)])
    tf.dispose(Object.values(held));
  const answer: BranchAnswer = { ...rest, gradients: flat };
  const images = Object.values(rest.outputs).map(({ data }) => data.buffer as ArrayBuffer);
  parentPort!.postMessage(answer, [flat.buffer as ArrayBuffer, ...images]);
});
parentPort!.postMessage("ready");
