/** How a long sum is cut, so that enough workgroups compute parts of it. */
export interface Slices {
  readonly count: number;
  /** Length of each slice but the last. */
  readonly length: number;
}

/** Workgroups that keep a large GPU busy: a few for each of its 100 or so processors. */
const WORKGROUPS = 512;

/**
 * Cuts a sum of `length` terms, of which `groups` workgroups compute one each, by shapes alone: the same numbers are added
 * in the same order in every run.
 *
 * @param quantum what a slice's length is a multiple of
 * @param shortest terms below which a slice is not worth a workgroup
 */
export function cut(length: number, groups: number, quantum: number, shortest: number): Slices {
  const wanted = Math.max(1, Math.min(Math.ceil(WORKGROUPS / groups), Math.floor(length / shortest)));
  const rounded = Math.max(1, Math.ceil(length / wanted / quantum)) * quantum;
  return { count: Math.max(1, Math.ceil(length / rounded)), length: rounded };
}
