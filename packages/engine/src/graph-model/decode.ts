/** How a weight's bytes (little endian) become float32 values. */
export type Encoding =
  | { readonly form: "float32" | "float16" }
  | { readonly form: "uint8" | "uint16"; readonly scale: number; readonly min: number };

/** Bytes one value takes. */
export const BYTES_PER_VALUE = { float32: 4, float16: 2, uint16: 2, uint8: 1 } as const;

/**
 * Row-major float32 values; integers mean `q · scale + min`.
 *
 * Source: tfjs-core `io_utils.ts` (weights manifest quantization).
 */
export function decodeFloats(bytes: Uint8Array<ArrayBuffer>, encoding: Encoding): Float32Array {
  switch (encoding.form) {
    case "float32":
      return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    case "float16":
      return Float32Array.from(
        new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2),
        fromFloat16,
      );
    case "uint8":
      return affine(bytes, encoding.scale, encoding.min);
    case "uint16":
      return affine(
        new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2),
        encoding.scale,
        encoding.min,
      );
  }
}

function affine(levels: Uint8Array | Uint16Array, scale: number, min: number): Float32Array {
  const values = new Float32Array(levels.length);
  for (let index = 0; index < levels.length; index++) values[index] = levels[index]! * scale + min;
  return values;
}

/** IEEE 754 binary16 bits as a number, subnormals and infinities included. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
