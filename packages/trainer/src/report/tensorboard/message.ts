const utf8 = new TextEncoder();

/**
 * Fields of a protocol-buffer message, in the wire forms event files use.
 *
 * Source: protobuf.dev "Encoding".
 */
export const field = {
  /** int32, int64 and enum; whole numbers from 0 to 2^53. */
  integer: (number: number, value: number) => Buffer.concat([varint(number << 3), varint(value)]),
  double: (number: number, value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return Buffer.concat([varint((number << 3) | 1), bytes]);
  },
  float: (number: number, value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    return Buffer.concat([varint((number << 3) | 5), bytes]);
  },
  /** bytes, string and embedded messages. */
  bytes: (number: number, value: Uint8Array) =>
    Buffer.concat([varint((number << 3) | 2), varint(value.length), value]),
  text: (number: number, value: string) => field.bytes(number, utf8.encode(value)),
  message: (number: number, ...fields: readonly Uint8Array[]) => field.bytes(number, Buffer.concat(fields)),
};

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  // Steps may pass 2^31, where JavaScript's shifts would wrap.
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
