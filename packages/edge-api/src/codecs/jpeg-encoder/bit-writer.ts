/** Bytes and bits of a JPEG file, most significant first. */
export interface BitWriter {
  /** Whole bytes, as they are. */
  bytes(values: ArrayLike<number>): void;
  /**
   * The lowest bits of a value; a byte of all ones is followed by a zero (ITU-T T.81, F.1.2.3).
   *
   * @param count at most 16
   */
  bits(value: number, count: number): void;
  /** Fills the last byte with ones. */
  endBits(): void;
  result(): Uint8Array<ArrayBuffer>;
}

/** @param expectedBytes of the whole; more make it grow */
export function createBitWriter(expectedBytes: number): BitWriter {
  let buffer = new Uint8Array(expectedBytes);
  let length = 0;
  let pending = 0;
  let pendingBits = 0;

  function room(bytes: number): void {
    if (length + bytes <= buffer.length) return;
    buffer = new Uint8Array(buffer.buffer.transfer(Math.max(length + bytes, buffer.length * 2)));
  }

  function bits(value: number, count: number): void {
    pending = (pending << count) | (value & ((1 << count) - 1));
    pendingBits += count;
    room(6);
    while (pendingBits >= 8) {
      pendingBits -= 8;
      const byte = (pending >>> pendingBits) & 0xff;
      buffer[length++] = byte;
      if (byte === 0xff) buffer[length++] = 0;
    }
  }

  return {
    bytes(values) {
      room(values.length);
      buffer.set(values, length);
      length += values.length;
    },
    bits,
    endBits() {
      if (pendingBits > 0) bits(0xff, 8 - pendingBits);
    },
    result: () => new Uint8Array(buffer.buffer.transfer(length)),
  };
}
