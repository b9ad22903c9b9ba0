/** Bits of the IEEE 754 half nearest to `value` (ties to even); beyond ±65504 it saturates to the largest half. */
export function toFloat16Bits(value: number): number {
  const clamped = Math.min(65504, Math.max(-65504, value));
  scratch.setFloat32(0, clamped);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= 0x38800000) return sign | roundShift(magnitude - 0x38000000, 13);
  // Subnormal half: count steps of 2^-24.
  return sign | roundTiesToEven(Math.abs(clamped) * 2 ** 24);
}

const scratch = new DataView(new ArrayBuffer(4));

function roundShift(bits: number, shift: number): number {
  const half = (1 << (shift - 1)) - 1 + ((bits >>> shift) & 1);
  return (bits + half) >>> shift;
}

function roundTiesToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest > 0.5 || (rest === 0.5 && floor % 2 === 1)) return floor + 1;
  return floor;
}
