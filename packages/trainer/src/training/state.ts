import {
  assertWeightsFit,
  createRandom,
  type InitializationOptions,
  initializeWeights,
  isTrained,
  restoreRandom,
  weightShapes,
} from "@unpaired/core";
import type { Checkpoint, NetworkSnapshot, PoolSnapshot } from "../checkpoint/checkpoint.ts";
import { CheckpointError } from "../errors.ts";
import type { Method } from "../methods/method.ts";
import { ImagePool } from "./image-pool.ts";
import { TrainedNetwork } from "./optimizer.ts";

/** What changes from step to step, apart from the position in the data. */
export interface TrainingState {
  readonly networks: Readonly<Record<string, TrainedNetwork>>;
  readonly pools: Readonly<Record<string, ImagePool>>;
}

/** Fresh networks and empty pools, all from one seed. */
export function initialState(
  method: Method,
  { seed, poolSize, init }: { seed: number; poolSize: number; init: Omit<InitializationOptions, "random"> },
): TrainingState {
  const random = createRandom(seed);
  const networks = Object.entries(method.networks).map(([name, spec]) => {
    const weights = initializeWeights(spec, { ...init, random: random.fork(`weights:${name}`) });
    return [name, TrainedNetwork.from(spec, weights)] as const;
  });
  const pools = pooledOutputs(method).map((name) => {
    return [name, new ImagePool({ size: poolSize, random: random.fork(`pool:${name}`) })] as const;
  });
  return { networks: Object.fromEntries(networks), pools: Object.fromEntries(pools) };
}

/** @throws CheckpointError `foreign_checkpoint` when the checkpoint belongs to other networks */
export function restoreState(
  method: Method,
  checkpoint: Checkpoint,
  { poolSize }: { poolSize: number },
): TrainingState {
  const foreign = (what: string, cause?: unknown) =>
    new CheckpointError(`The checkpoint does not belong to this run's networks: ${what}.`, {
      code: "foreign_checkpoint",
      cause,
    });
  const networks = Object.entries(method.networks).map(([name, spec]) => {
    const snapshot = checkpoint.networks[name];
    if (!snapshot) throw foreign(`it has no ${name}`);
    const trained = weightShapes(spec).filter(({ role }) => isTrained(role));
    try {
      assertWeightsFit(spec, snapshot.weights);
      for (const moments of [snapshot.m, snapshot.v]) assertWeightsFit(spec, moments, trained);
    } catch (cause) {
      throw foreign((cause as Error).message, cause);
    }
    return [name, TrainedNetwork.from(spec, snapshot.weights, snapshot)] as const;
  });
  const pools = pooledOutputs(method).map((name) => {
    const pool = checkpoint.pools[name];
    if (!pool) throw foreign(`it has no pool ${name}`);
    return [
      name,
      new ImagePool({ size: poolSize, random: restoreRandom(pool.random), images: pool.images }),
    ] as const;
  });
  return { networks: Object.fromEntries(networks), pools: Object.fromEntries(pools) };
}

/** Copies the state off the backend. */
export async function snapshotState({ networks, pools }: TrainingState, step: number): Promise<Checkpoint> {
  const networkSnapshots: Record<string, NetworkSnapshot> = {};
  for (const [name, network] of Object.entries(networks)) networkSnapshots[name] = await network.snapshot();
  const poolSnapshots: Record<string, PoolSnapshot> = {};
  for (const [name, pool] of Object.entries(pools)) {
    poolSnapshots[name] = { images: [...pool.images], random: pool.randomState };
  }
  return { step, networks: networkSnapshots, pools: poolSnapshots };
}

function pooledOutputs(method: Method): string[] {
  const sources = method.phases.flatMap(({ branches }) =>
    branches.flatMap(({ reads }) => Object.values(reads)),
  );
  return [...new Set(sources.flatMap((source) => ("pooled" in source ? [source.pooled] : [])))];
}
