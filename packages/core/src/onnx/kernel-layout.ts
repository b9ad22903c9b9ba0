/** Reorders a `[height, width, a, b]` kernel so that its axes come in the order given (0–3 are the old axes). */
export function permuteKernel(
  data: Float32Array,
  shape: readonly number[],
  order: readonly [number, number, number, number],
): { readonly data: Float32Array; readonly shape: readonly number[] } {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
  const sides = order.map((axis) => shape[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  const [n0, n1, n2, n3] = sides as [number, number, number, number];
  const [s0, s1, s2, s3] = steps as [number, number, number, number];
  const permuted = new Float32Array(data.length);
  let target = 0;
  for (let i = 0; i < n0; i++)
    for (let j = 0; j < n1; j++)
      for (let k = 0; k < n2; k++)
        for (let l = 0; l < n3; l++) permuted[target++] = data[i * s0 + j * s1 + k * s2 + l * s3]!;
  return { data: permuted, shape: sides };
}
