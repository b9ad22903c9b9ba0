/** A published graph model as bytes. */
export interface ModelFiles {
  /** `model.json`. */
  readonly model: Uint8Array;
  /** Weight shards in manifest order. */
  readonly weights: readonly Uint8Array[];
}

/** An image or what a model makes of one. */
export interface ImageTensor {
  /** Interleaved rows (height, width, channels); a model's input and output are in [-1, 1]. */
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Which of the two WebAssembly builds runs. */
export type EngineBuild = "relaxed-simd" | "simd";

/**
 * How convolutions are computed. `integer`: 16-bit levels and exact 32-bit sums, two to five times as fast, off by less than
 * half a level of 255 on average, and the same bits on every machine. `float`: 32-bit floats, off by less than 1e-3.
 */
export type Arithmetic = "integer" | "float";

/** A model ready to run, with a WebAssembly instance and memory of its own. */
export interface Session {
  readonly build: EngineBuild;
  readonly arithmetic: Arithmetic;
  /** Bytes of WebAssembly memory held now; 0 after `dispose`. */
  readonly memoryBytes: number;
  /**
   * Runs the model; calls queue and finish in order.
   *
   * @throws EngineError `invalid_input`, `memory_budget_exceeded` or `session_disposed`
   */
  run(input: ImageTensor): Promise<ImageTensor>;
  /** Frees memory and plans; runs that have not begun fail with `session_disposed`. */
  dispose(): void;
}
