import { opcode } from "./opcodes.ts";

/** Writes a protocol 2 pickle, instruction by instruction. */
export class PickleWriter {
  readonly #bytes: number[] = [opcode.PROTO, 2];

  /** An instruction with the bytes that follow it. */
  op(name: keyof typeof opcode, ...operands: readonly number[]): this {
    this.#bytes.push(opcode[name], ...operands);
    return this;
  }

  /** A byte as it is. */
  raw(byte: number): this {
    this.#bytes.push(byte);
    return this;
  }

  /** A whole number of at most 63 bits. */
  integer(value: number): this {
    if (value >= -(2 ** 31) && value < 2 ** 31) return this.op("BININT").#little(BigInt(value), 4);
    return this.op("LONG1").#little(8n, 1).#little(BigInt(value), 8);
  }

  text(value: string): this {
    const bytes = new TextEncoder().encode(value);
    this.op("BINUNICODE").#little(BigInt(bytes.length), 4);
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  global(module: string, name: string): this {
    this.op("GLOBAL");
    for (const byte of new TextEncoder().encode(`${module}\n${name}\n`)) this.#bytes.push(byte);
    return this;
  }

  integers(values: readonly number[]): this {
    this.op("MARK");
    for (const value of values) this.integer(value);
    return this.op("TUPLE");
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.op("STOP").#bytes);
  }

  #little(value: bigint, bytes: number): this {
    for (let index = 0; index < bytes; index++) this.#bytes.push(Number((value >> BigInt(8 * index)) & 255n));
    return this;
  }
}
