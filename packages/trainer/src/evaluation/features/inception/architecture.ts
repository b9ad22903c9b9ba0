/** What the layers of Inception-v3 are made of; a convolution's size, width and filters are its weights'. */
export interface InceptionLayers<Value> {
  /** Convolution, batch norm and ReLU under the weights' name. */
  conv(
    name: string,
    input: Value,
    options?: { readonly stride?: 1 | 2; readonly padding?: "SAME" | "VALID" },
  ): Value;
  /** 3×3. */
  pool(
    kind: "max" | "average",
    input: Value,
    options: { readonly stride: 1 | 2; readonly padding: "SAME" | "VALID" },
  ): Value;
  /** Side by side, channel after channel. */
  join(inputs: readonly Value[]): Value;
}

/**
 * Inception-v3 up to its last mixed layer, in the form FID is defined with: average pools leave out what lies beyond the
 * edge, and the last layer's pool is a maximum.
 *
 * Source: arXiv 1512.00567; TensorFlow's inception-2015-12-05 by way of mseitzer/pytorch-fid, whose names of weights these are.
 *
 * @param image batches of 299×299 RGB, −1 to 1
 * @returns 8×8×2048; its mean over places is what FID compares
 */
export function inception<Value>(layers: InceptionLayers<Value>, image: Value): Value {
  const { conv, pool, join } = layers;
  const halving = { stride: 2, padding: "VALID" } as const;
  const keeping = { stride: 1, padding: "SAME" } as const;

  /** Convolutions one after the other. */
  const chain = (input: Value, ...names: readonly string[]) =>
    names.reduce((value, name) => conv(name, value), input);

  const pooled = (kind: "max" | "average", input: Value, name: string) =>
    conv(`${name}.branch_pool`, pool(kind, input, keeping));

  const mixed35 = (input: Value, name: string) =>
    join([
      conv(`${name}.branch1x1`, input),
      chain(input, `${name}.branch5x5_1`, `${name}.branch5x5_2`),
      chain(input, `${name}.branch3x3dbl_1`, `${name}.branch3x3dbl_2`, `${name}.branch3x3dbl_3`),
      pooled("average", input, name),
    ]);

  const mixed17 = (input: Value, name: string) =>
    join([
      conv(`${name}.branch1x1`, input),
      chain(input, ...[1, 2, 3].map((place) => `${name}.branch7x7_${place}`)),
      chain(input, ...[1, 2, 3, 4, 5].map((place) => `${name}.branch7x7dbl_${place}`)),
      pooled("average", input, name),
    ]);

  const mixed8 = (input: Value, name: string, kind: "max" | "average") => {
    const single = conv(`${name}.branch3x3_1`, input);
    const double = chain(input, `${name}.branch3x3dbl_1`, `${name}.branch3x3dbl_2`);
    return join([
      conv(`${name}.branch1x1`, input),
      conv(`${name}.branch3x3_2a`, single),
      conv(`${name}.branch3x3_2b`, single),
      conv(`${name}.branch3x3dbl_3a`, double),
      conv(`${name}.branch3x3dbl_3b`, double),
      pooled(kind, input, name),
    ]);
  };

  let value = conv("Conv2d_1a_3x3", image, halving);
  value = conv("Conv2d_2a_3x3", value, { padding: "VALID" });
  value = conv("Conv2d_2b_3x3", value);
  value = pool("max", value, halving);
  value = conv("Conv2d_3b_1x1", value);
  value = conv("Conv2d_4a_3x3", value, { padding: "VALID" });
  value = pool("max", value, halving);
  for (const name of ["Mixed_5b", "Mixed_5c", "Mixed_5d"]) value = mixed35(value, name);
  value = join([
    conv("Mixed_6a.branch3x3", value, halving),
    conv(
      "Mixed_6a.branch3x3dbl_3",
      chain(value, "Mixed_6a.branch3x3dbl_1", "Mixed_6a.branch3x3dbl_2"),
      halving,
    ),
    pool("max", value, halving),
  ]);
  for (const name of ["Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"]) value = mixed17(value, name);
  value = join([
    conv("Mixed_7a.branch3x3_2", conv("Mixed_7a.branch3x3_1", value), halving),
    conv(
      "Mixed_7a.branch7x7x3_4",
      chain(value, ...[1, 2, 3].map((place) => `Mixed_7a.branch7x7x3_${place}`)),
      halving,
    ),
    pool("max", value, halving),
  ]);
  value = mixed8(value, "Mixed_7b", "average");
  return mixed8(value, "Mixed_7c", "max");
}
