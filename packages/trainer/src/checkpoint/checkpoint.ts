import type { RandomState, Weights } from "@unpaired/core";
import { z } from "zod";
import { CheckpointError } from "../errors.ts";
import type { PooledImage } from "../training/image-pool.ts";
import { isSystemError, writeAtomically } from "./atomic-write.ts";
import { checkpointPath, listCheckpoints, pruneCheckpoints } from "./checkpoint-files.ts";
import { StorageError } from "./errors.ts";
import { assertFiniteCheckpoint } from "./finite.ts";
import {
  encodeSafetensors,
  peekMetadata,
  readSafetensors,
  type StoredTensor,
  verifySafetensors,
} from "./safetensors.ts";

/** A network's weights and Adam moments; weights that are not trained by gradients have no moments. */
export interface NetworkSnapshot {
  readonly weights: Weights;
  readonly m: Weights;
  readonly v: Weights;
}

/** An image pool's contents and random state. */
export interface PoolSnapshot {
  /** Stored images, each with its own `[height, width, channels]`. */
  readonly images: readonly PooledImage[];
  readonly random: RandomState;
}

/** Everything a run needs to go on as if it had never stopped. */
export interface Checkpoint {
  /** Steps done. */
  readonly step: number;
  readonly networks: Readonly<Record<string, NetworkSnapshot>>;
  readonly pools: Readonly<Record<string, PoolSnapshot>>;
  /** Small records of whoever else keeps state between steps, by owner. */
  readonly extra?: CheckpointExtra;
}

/** JSON values by the name of their owner; numbers are finite. */
export type CheckpointExtra = z.output<typeof extraSchema>;

/** How many whole checkpoints a run keeps: the newest, and one for the day the newest is found damaged. */
const KEPT = 2;

const extraSchema = z.record(z.string(), z.json());
const stateSchema = z.strictObject({
  version: z.literal(2),
  step: z.int().nonnegative(),
  networks: z.array(z.string()),
  pools: z.record(
    z.string(),
    z.strictObject({
      random: z.tuple([z.int(), z.int(), z.int(), z.int()]),
      count: z.int().nonnegative().max(100_000),
    }),
  ),
  extra: extraSchema,
});

/**
 * Writes a step's checkpoint beside the earlier ones, reads it back from the disk, and only then puts it in place and
 * removes the oldest: from the first on, a whole checkpoint stands at every instant.
 *
 * @returns its path
 * @throws CheckpointError `not_finite` when a weight, moment or pooled image is not; nothing is written
 * @throws StorageError `disk_full`, `not_writable` or `write_not_verified`; the earlier ones stay
 */
export async function saveCheckpoint(directory: string, checkpoint: Checkpoint): Promise<string> {
  assertFiniteCheckpoint(checkpoint);
  const path = checkpointPath(directory, checkpoint.step);
  const { pieces, checksum } = encodeSafetensors(layOut(checkpoint));
  await writeAtomically(path, pieces, {
    verify: async (beside) => {
      const found = await verifySafetensors(beside).catch((error: unknown) => {
        if (error instanceof CheckpointError) return error;
        throw error;
      });
      if (found === checksum) return;
      throw new StorageError(`${path} read back otherwise than it was written; use another disk.`, {
        code: "write_not_verified",
        cause: found,
      });
    },
  });
  await pruneCheckpoints(directory, { newest: checkpoint.step, kept: KEPT });
  return path;
}

/**
 * Reads the newest whole checkpoint of a directory.
 *
 * @param onDamaged told about each newer checkpoint that had to be passed over
 * @throws CheckpointError `no_checkpoint` when there is none, `damaged_checkpoint` when none is whole
 */
export async function loadCheckpoint(
  directory: string,
  onDamaged?: (error: CheckpointError) => void,
): Promise<Checkpoint> {
  const damage: CheckpointError[] = [];
  for (const { path, step } of await listCheckpoints(directory)) {
    try {
      return await readCheckpoint(path, step);
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      damage.push(error);
      onDamaged?.(error);
    }
  }
  if (damage.length > 0) {
    throw new CheckpointError(
      `No checkpoint in ${directory} is whole: ${damage.map(({ message }) => message).join(" ")} Put a copy of one back, or train again under another name.`,
      { code: "damaged_checkpoint", cause: damage[0] },
    );
  }
  throw new CheckpointError(`There is no checkpoint in ${directory}; train first, or name another run.`, {
    code: "no_checkpoint",
  });
}

/**
 * Reads the records of a directory's newest checkpoint without its tensors; they may still turn out damaged.
 *
 * @returns nothing when there is no checkpoint whose header can be read
 */
export async function peekExtra(directory: string): Promise<CheckpointExtra | undefined> {
  for (const { path } of await listCheckpoints(directory)) {
    const state = await peekMetadata(path)
      .then(parseState)
      .catch(() => undefined);
    if (state?.success) return state.data.extra;
  }
  return undefined;
}

function parseState({ state }: Readonly<Record<string, string>>) {
  return stateSchema.safeParse(JSON.parse(state ?? ""));
}

function layOut({ step, networks, pools, extra = {} }: Checkpoint) {
  const tensors = new Map<string, StoredTensor>();
  for (const [network, snapshot] of Object.entries(networks)) {
    for (const part of ["weights", "m", "v"] as const) {
      for (const [name, weight] of snapshot[part]) tensors.set(`${network}:${part}:${name}`, weight);
    }
  }
  const poolStates: z.input<typeof stateSchema>["pools"] = {};
  for (const [pool, { images, random }] of Object.entries(pools)) {
    poolStates[pool] = { random: [...random], count: images.length };
    images.forEach((image, index) => {
      tensors.set(`pool:${pool}:${index}`, image);
    });
  }
  const state = { version: 2, step, networks: Object.keys(networks), pools: poolStates, extra };
  // Parsed on the way out, so that what JSON would silently change (NaN, Infinity, undefined) is refused.
  return { tensors, metadata: { state: JSON.stringify(stateSchema.parse(state)) } };
}

/**
 * Reads one checkpoint.
 *
 * @param step what its name says
 * @throws CheckpointError `damaged_checkpoint`; StorageError `not_readable`
 */
export async function readCheckpoint(path: string, step: number): Promise<Checkpoint> {
  const { tensors, metadata } = await readSafetensors(path).catch((error: unknown) => {
    if (!isSystemError(error)) throw error;
    throw new StorageError(`${path} cannot be read: the system reports ${error.code}; make it readable.`, {
      code: "not_readable",
      cause: error,
    });
  });
  const foreign = (what: string, cause?: unknown) =>
    new CheckpointError(`${path} is no checkpoint of a training run: ${what}.`, {
      code: "damaged_checkpoint",
      cause,
    });
  let parsed: ReturnType<typeof parseState>;
  try {
    parsed = parseState(metadata);
  } catch (cause) {
    throw foreign("its state is missing", cause);
  }
  const { data: state, error } = parsed;
  if (!state) throw foreign("its state is not understood", error);
  if (state.step !== step) throw foreign(`it was written in step ${state.step}`);

  const networks = Object.fromEntries(
    state.networks.map((name) => [name, { weights: new Map(), m: new Map(), v: new Map() }]),
  ) satisfies Record<string, Record<string, Map<string, StoredTensor>>>;
  for (const [key, tensor] of tensors) {
    const match = /^([^:]+):(weights|m|v):(.+)$/.exec(key);
    if (!match) continue;
    const [, network, part, name] = match as unknown as [string, string, "weights" | "m" | "v", string];
    networks[network]?.[part].set(name, tensor);
  }
  const pools: Record<string, PoolSnapshot> = {};
  for (const [pool, { random, count }] of Object.entries(state.pools)) {
    const images = Array.from({ length: count }, (_, index) => {
      const image = tensors.get(`pool:${pool}:${index}`);
      if (image?.shape.length !== 3) throw foreign(`image ${index} of pool "${pool}" is missing`);
      return image as PooledImage;
    });
    pools[pool] = { images, random };
  }
  return { step: state.step, networks, pools, extra: state.extra };
}
