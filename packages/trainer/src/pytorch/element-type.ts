/** Types of the elements of a PyTorch storage. */
export type ElementType =
  | "float64"
  | "float32"
  | "float16"
  | "bfloat16"
  | "int64"
  | "int32"
  | "int16"
  | "int8"
  | "uint8"
  | "bool";

/** Bytes of one element. */
export const elementBytes: Readonly<Record<ElementType, 1 | 2 | 4 | 8>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

/** Reader of one little-endian floating-point element at a byte offset; undefined for integers. */
export function floatReader(type: ElementType, view: DataView): ((offset: number) => number) | undefined {
  switch (type) {
    case "float64":
      return (offset) => view.getFloat64(offset, true);
    case "float32":
      return (offset) => view.getFloat32(offset, true);
    case "float16":
      return (offset) => halfToFloat(view.getUint16(offset, true));
    case "bfloat16": {
      const bits = new DataView(new ArrayBuffer(4));
      return (offset) => {
        bits.setUint32(0, view.getUint16(offset, true) << 16);
        return bits.getFloat32(0);
      };
    }
    default:
      return undefined;
  }
}

/** IEEE 754 binary16. */
function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
