import { concatenate } from "./concatenate.ts";

/**
 * Writes protocol-buffer messages, field by field.
 *
 * Source: protobuf.dev "Encoding".
 */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];

  /** A varint field: int32, int64, enum, bool. */
  integer(field: number, value: number | bigint): this {
    return this.#push(varint(BigInt(field << 3))).#push(varint(BigInt.asUintN(64, BigInt(value))));
  }

  double(field: number, value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    return this.#push(varint(BigInt((field << 3) | 1))).#push(bytes);
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#push(varint(BigInt((field << 3) | 5))).#push(bytes);
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#push(varint(BigInt((field << 3) | 2)))
      .#push(varint(BigInt(value.length)))
      .#push(value);
  }

  message(field: number, message: ProtobufWriter): this {
    return this.bytes(field, message.finish());
  }

  finish(): Uint8Array {
    return concatenate(this.#parts);
  }

  #push(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
