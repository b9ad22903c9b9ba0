import type { Quantization } from "../contracts/manifest.ts";
import { ModelError } from "../errors.ts";
import { littleEndian } from "../little-endian.ts";
import { toFloat16Bits } from "./float16.ts";

/** How a tfjs weights manifest says that a tensor's bytes are not plain float32. */
export type QuantizationEntry =
  | {
      readonly dtype: "uint8" | "uint16";
      readonly scale: number;
      readonly min: number;
      readonly original_dtype: "float32";
    }
  | { readonly dtype: "float16"; readonly original_dtype: "float32" };

/** A tensor's bytes (little endian) and, unless they are float32, how to read them. */
export interface QuantizedTensor {
  readonly bytes: Uint8Array;
  readonly quantization?: QuantizationEntry;
}

/**
 * Stores a tensor's values in the chosen form. The integer forms are affine over the tensor's own range, shifted so that
 * 0 is represented exactly: value = q · scale + min.
 *
 * Source: tensorflowjs `quantization.py`.
 *
 * @throws ModelError `not_finite` when a value is NaN or infinite
 */
export function quantize(name: string, values: Float32Array, quantization: Quantization): QuantizedTensor {
  let low = 0;
  let high = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) {
      throw new ModelError(
        `Weight "${name}" holds ${value}; a model can only be written from finite weights.`,
        {
          code: "not_finite",
        },
      );
    }
    if (value < low) low = value;
    if (value > high) high = value;
  }
  switch (quantization) {
    case "float32":
      return {
        bytes: littleEndian(values.length, 4, (view, index) =>
          view.setFloat32(index * 4, values[index]!, true),
        ),
      };
    case "float16":
      return {
        bytes: littleEndian(values.length, 2, (view, index) =>
          view.setUint16(index * 2, toFloat16Bits(values[index]!), true),
        ),
        quantization: { dtype: "float16", original_dtype: "float32" },
      };
    case "uint8":
    case "uint16": {
      const levels = quantization === "uint8" ? 255 : 65535;
      const scale = high > low ? (high - low) / levels : 1;
      const zero = Math.round(-low / scale);
      const min = -zero * scale;
      const level = (index: number) =>
        Math.min(levels, Math.max(0, Math.round((values[index]! - min) / scale)));
      const entry = { dtype: quantization, scale, min, original_dtype: "float32" } as const;
      const bytes =
        quantization === "uint8"
          ? Uint8Array.from(values, (_, index) => level(index))
          : littleEndian(values.length, 2, (view, index) => view.setUint16(index * 2, level(index), true));
      return { bytes, quantization: entry };
    }
  }
}
