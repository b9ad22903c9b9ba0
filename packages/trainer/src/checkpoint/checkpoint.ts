import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { RandomState, Weights } from "@unpaired/core";
import { z } from "zod";
import { CheckpointError } from "../errors.ts";
import { writeAtomically } from "./atomic-write.ts";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "./safetensors.ts";

/** A network's weights and Adam moments. */
export interface NetworkSnapshot {
  readonly weights: Weights;
  readonly m: Weights;
  readonly v: Weights;
}

/** An image pool's contents and random state. */
export interface PoolSnapshot {
  /** Stored images, one flat array each. */
  readonly images: readonly Float32Array[];
  readonly random: RandomState;
}

/** Everything a run needs to go on as if it had never stopped. */
export interface Checkpoint {
  /** Steps done. */
  readonly step: number;
  readonly networks: Readonly<Record<string, NetworkSnapshot>>;
  readonly pools: Readonly<Record<string, PoolSnapshot>>;
}

const randomStateSchema = z.tuple([z.int(), z.int(), z.int(), z.int()]);
const stateSchema = z.strictObject({
  version: z.literal(1),
  step: z.int().nonnegative(),
  pools: z.record(
    z.string(),
    z.strictObject({ random: randomStateSchema, count: z.int().nonnegative().max(100_000) }),
  ),
});

/** Writes a checkpoint, keeping the one before it as `previous.safetensors`. */
export async function saveCheckpoint(directory: string, checkpoint: Checkpoint): Promise<void> {
  const tensors = new Map<string, StoredTensor>();
  for (const [network, snapshot] of Object.entries(checkpoint.networks)) {
    for (const part of ["weights", "m", "v"] as const) {
      for (const [name, weight] of snapshot[part]) tensors.set(`${network}:${part}:${name}`, weight);
    }
  }
  const pools: Record<string, { random: RandomState; count: number }> = {};
  for (const [pool, { images, random }] of Object.entries(checkpoint.pools)) {
    pools[pool] = { random, count: images.length };
    images.forEach((data, index) => {
      tensors.set(`pool:${pool}:${index}`, { shape: [data.length], data });
    });
  }
  const state = JSON.stringify({ version: 1, step: checkpoint.step, pools });
  const latest = join(directory, "latest.safetensors");
  await rename(latest, join(directory, "previous.safetensors")).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await writeAtomically(latest, encodeSafetensors({ tensors, metadata: { state } }));
}

/**
 * Reads the newest whole checkpoint of a directory.
 *
 * @param onDamaged told about a newer checkpoint that had to be passed over
 * @throws CheckpointError `no_checkpoint` when there is none, `damaged_checkpoint` when none is whole
 */
export async function loadCheckpoint(
  directory: string,
  onDamaged?: (error: CheckpointError) => void,
): Promise<Checkpoint> {
  let damage: CheckpointError | undefined;
  for (const name of ["latest.safetensors", "previous.safetensors"]) {
    const path = join(directory, name);
    const file = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
      throw error;
    });
    if (!file) continue;
    try {
      return parseCheckpoint(file, path);
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      damage ??= error;
      onDamaged?.(error);
    }
  }
  if (damage) throw damage;
  throw new CheckpointError(`There is no checkpoint in ${directory}; train first, or name another run.`, {
    code: "no_checkpoint",
  });
}

function parseCheckpoint(file: Uint8Array, path: string): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(file, path);
  const damaged = (what: string, cause?: unknown) =>
    new CheckpointError(`${path} is no checkpoint of a training run: ${what}.`, {
      code: "damaged_checkpoint",
      cause,
    });
  let json: unknown;
  try {
    json = JSON.parse(metadata.state ?? "");
  } catch (cause) {
    throw damaged("its state is missing", cause);
  }
  const state = stateSchema.safeParse(json);
  if (!state.success) throw damaged("its state is not understood", state.error);

  const networks: Record<
    string,
    { weights: Map<string, StoredTensor>; m: Map<string, StoredTensor>; v: Map<string, StoredTensor> }
  > = {};
  for (const [key, tensor] of tensors) {
    const match = /^([^:]+):(weights|m|v):(.+)$/.exec(key);
    if (!match) continue;
    const [, network, part, name] = match as unknown as [string, string, "weights" | "m" | "v", string];
    networks[network] ??= { weights: new Map(), m: new Map(), v: new Map() };
    networks[network][part].set(name, tensor);
  }
  const pools: Record<string, PoolSnapshot> = {};
  for (const [pool, { random, count }] of Object.entries(state.data.pools)) {
    const images = Array.from({ length: count }, (_, index) => {
      const image = tensors.get(`pool:${pool}:${index}`);
      if (!image) throw damaged(`image ${index} of pool "${pool}" is missing`);
      return image.data;
    });
    pools[pool] = { images, random };
  }
  return { step: state.data.step, networks, pools };
}
