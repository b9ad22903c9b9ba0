/** A strided window: where each element of a tensor lies. */
export interface StridedWindow {
  /** Product of the shape's sides. */
  readonly length: number;
  readonly shape: readonly number[];
  /** Position of the first element. */
  readonly offset: number;
  /** Distance between neighbours along each axis. */
  readonly steps: readonly number[];
}

/** Copies a window's elements, the last axis fastest, each read from its position. */
export function gather(
  { length, shape, offset, steps }: StridedWindow,
  read: (position: number) => number,
): Float32Array {
  const values = new Float32Array(length);
  const at = new Array<number>(shape.length).fill(0);
  let position = offset;
  for (let index = 0; index < length; index++) {
    values[index] = read(position);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += steps[axis]!;
      at[axis]!++;
      if (at[axis]! < shape[axis]!) break;
      position -= shape[axis]! * steps[axis]!;
      at[axis] = 0;
    }
  }
  return values;
}
