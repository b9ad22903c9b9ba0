import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs-core";
import type { WeightTensors } from "@unpaired/core/tfjs";
import type { BackendName } from "../backend/select.ts";
import { BackendError } from "../errors.ts";
import type { MethodConfig } from "../methods/create-method.ts";
import type { Method } from "../methods/method.ts";
import type { BranchAnswer, BranchRequest, WorkerSetup } from "./branch-worker.ts";
import { type BranchResult, computeBranch } from "./compute-branch.ts";
import type { BranchExecutor } from "./executor.ts";
import { type GradientLayout, gradientLayout, readGradients, SharedWeights } from "./shared-weights.ts";

/**
 * Computes the first branch of a phase on this thread and each further one on a thread of its own. The threads keep no
 * state between phases, and sums are taken in the same order as on one thread, so the numbers are the same bit for bit.
 *
 * @param runDirectory where the threads find a feature network, for a method that reads one
 * @throws BackendError `worker_failed` when a thread cannot start or dies
 */
export async function createParallelExecutor(
  method: Method,
  config: MethodConfig,
  backend: BackendName,
  runDirectory?: string,
): Promise<BranchExecutor> {
  const shared = new SharedWeights(method);
  const helpers = Math.max(...method.phases.map(({ branches }) => branches.length)) - 1;
  const threads = await Promise.all(
    Array.from({ length: helpers }, () =>
      startThread({
        config,
        backend,
        weights: shared.buffer,
        ...(runDirectory !== undefined && { runDirectory }),
      }),
    ),
  );
  return {
    async run(phase, { weights, batches, seed }) {
      const { branches } = method.phases[phase]!;
      shared.write(weights);
      const elsewhere = branches.slice(1).map((branch, index) => {
        const answer = threads[index]!.ask({
          phase,
          branch: index + 1,
          batches: batches[index + 1]!,
          seed,
        });
        return answer.then((message) => toResult(message, gradientLayout(method, branch)));
      });
      // A rejection must not go unhandled while this thread computes its own branch.
      const settled = Promise.allSettled(elsewhere);
      const specs = method.networks;
      const here = await computeBranch(branches[0]!, { specs, weights, batches: batches[0]!, seed });
      const results: BranchResult[] = [here];
      for (const outcome of await settled) {
        if (outcome.status === "rejected") {
          disposeGradients(results);
          throw outcome.reason;
        }
        results.push(outcome.value);
      }
      return results;
    },
    async dispose() {
      await Promise.all(threads.map(({ stop }) => stop()));
    },
  };
}

interface Thread {
  ask(request: BranchRequest): Promise<BranchAnswer>;
  stop(): Promise<void>;
}

async function startThread(setup: WorkerSetup): Promise<Thread> {
  const worker = new Worker(new URL(`./branch-worker${extname(import.meta.url)}`, import.meta.url), {
    workerData: setup,
    // The thread reads TypeScript as it stands, also where Node does not by itself yet.
    execArgv: ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"],
  });
  let waiting: { resolve(answer: BranchAnswer | "ready"): void; reject(error: Error): void } | undefined;
  let failure: BackendError | undefined;
  const fail = (cause: unknown) => {
    failure ??= new BackendError("A training thread stopped unexpectedly; run with --threads 1.", {
      code: "worker_failed",
      cause,
    });
    waiting?.reject(failure);
  };
  worker.on("message", (message: BranchAnswer | "ready") => waiting?.resolve(message));
  worker.on("error", fail);
  worker.on("exit", (code) => fail(new Error(`exit code ${code}`)));
  const next = () =>
    new Promise<BranchAnswer | "ready">((resolve, reject) => {
      waiting = { resolve, reject };
      if (failure) reject(failure);
    });
  await next();
  return {
    ask(request) {
      const answer = next();
      worker.postMessage(request);
      return answer as Promise<BranchAnswer>;
    },
    async stop() {
      waiting = undefined;
      await worker.terminate();
    },
  };
}

function toResult({ gradients, ...rest }: BranchAnswer, layout: GradientLayout): BranchResult {
  return { ...rest, gradients: readGradients(gradients, layout) };
}

function disposeGradients(results: readonly BranchResult[]): void {
  for (const { gradients } of results) {
    for (const tensors of Object.values<WeightTensors>(gradients)) tf.dispose(Object.values(tensors));
  }
}
