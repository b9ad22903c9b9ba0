/** What lies outside an image: zeros. */
export const PADDING_ZERO: i32 = 0;
/** What lies outside an image: its mirror, without repeating the border pixel. */
export const PADDING_REFLECT: i32 = 1;

/** Output channels of one packed panel. */
export const PANEL_CHANNELS: i32 = 8;
/** Convolutions with at most this many output channels are packed for the inner-product tile. */
export const DOT_CHANNELS: i32 = 4;
/** Pixels of one group: the height of the register tile. */
export const GROUP_PIXELS: i32 = 6;
/** Groups gathered before the panels are walked, so that a panel stays in the first cache. */
export const BLOCK_GROUPS: i32 = 8;
/** Convolutions with fewer input channels than this read a padded copy, so that a filter row is one run. */
export const PADDED_COPY_CHANNELS: i32 = 8;

/** Returns the index inside [0, size) that `index` stands for, or -1 for a zero. */
export function sourceIndex(index: i32, size: i32, padding: i32): i32 {
  if (<u32>index < <u32>size) return index;
  if (padding == PADDING_ZERO) return -1;
  return index < 0 ? -index : 2 * (size - 1) - index;
}

/** Returns `value` rounded up to a multiple of `step`, a power of two. */
export function roundUp(value: i32, step: i32): i32 {
  return (value + step - 1) & -step;
}

/** Returns the number of taps of one phase: the k in [residue, size) with k ≡ residue modulo the stride. */
export function phaseTaps(size: i32, residue: i32, stride: i32): i32 {
  return residue < size ? (size - residue + stride - 1) / stride : 0;
}
