import { CheckpointError } from "../errors.ts";
import type { Checkpoint } from "./checkpoint.ts";

/**
 * Checks every number of a checkpoint.
 *
 * @throws CheckpointError `not_finite` naming the first tensor that holds NaN or Infinity
 */
export function assertFiniteCheckpoint({ step, networks, pools }: Checkpoint): void {
  const check = (what: string, data: Float32Array) => {
    const index = firstNonFinite(data);
    if (index === undefined) return;
    throw new CheckpointError(`After step ${step} ${what} holds ${data[index]}; nothing was saved of it.`, {
      code: "not_finite",
    });
  };
  for (const [network, { weights, m, v }] of Object.entries(networks)) {
    for (const [name, { data }] of weights) check(`the weight ${name} of ${network}`, data);
    for (const moments of [m, v])
      for (const [name, { data }] of moments) check(`an Adam moment of ${name} in ${network}`, data);
  }
  for (const [pool, { images }] of Object.entries(pools))
    images.forEach(({ data }, index) => {
      check(`image ${index} of pool ${pool}`, data);
    });
}

function firstNonFinite(data: Float32Array): number | undefined {
  for (let index = 0; index < data.length; index++) if (!Number.isFinite(data[index])) return index;
  return undefined;
}
