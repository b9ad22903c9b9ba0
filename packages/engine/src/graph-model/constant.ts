/** Float weights, decoded on demand so that only one tensor at a time exists twice. */
export interface FloatConstant {
  readonly dtype: "float32";
  readonly name: string;
  readonly shape: readonly number[];
  readonly length: number;
  /**
   * Row-major values.
   *
   * @throws EngineError `invalid_model` when a value is NaN or infinite
   */
  decode(): Float32Array;
}

/** A few integers: paddings, axes, sizes. */
export interface IntegerConstant {
  readonly dtype: "int32";
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export type Constant = FloatConstant | IntegerConstant;
