import type { Complain } from "../errors.ts";

/** Reads a pickle's bytes from front to back, within bounds. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #complain: Complain;
  #position = 0;

  constructor(bytes: Uint8Array, complain: Complain) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#complain = complain;
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#position;
  }

  /** The next `length` bytes, shared with the file. */
  take(length: number): Uint8Array {
    const begin = this.#advance(length);
    return this.#bytes.subarray(begin, begin + length);
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  uint64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true);
  }

  /** Big-endian, as pickles hold floats. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** Text up to a line feed of at most `limit` bytes, which is skipped. */
  line(limit: number): string {
    const end = this.#bytes.subarray(this.#position, this.#position + limit + 1).indexOf(10);
    if (end < 0)
      throw this.#complain("damaged_pytorch_file", `names a class that does not end within ${limit} bytes.`);
    const text = new TextDecoder("latin1").decode(this.take(end));
    this.#position++;
    return text;
  }

  #advance(length: number): number {
    const begin = this.#position;
    if (length > this.#bytes.length - begin) {
      throw this.#complain(
        "damaged_pytorch_file",
        "ends in the middle of its table of tensors; get a whole copy.",
      );
    }
    this.#position += length;
    return begin;
  }
}
