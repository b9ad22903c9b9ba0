import type { ByteCursor } from "./byte-cursor.ts";
import { opcode } from "./opcodes.ts";

const LONGEST_TEXT_BYTES = 2 ** 16;
const LONGEST_INTEGER_BYTES = 32;

/** Why a constant could not be read. */
export type ConstantFault = "too large" | "not UTF-8";

/**
 * The value an instruction pushes by itself: numbers, texts, truth values, None (null), fresh containers aside.
 *
 * @returns undefined when the instruction is of another kind
 */
export function readConstant(
  code: number,
  cursor: ByteCursor,
  fault: (kind: ConstantFault) => Error,
): null | boolean | number | bigint | string | undefined {
  switch (code) {
    case opcode.NONE:
      return null;
    case opcode.NEWTRUE:
      return true;
    case opcode.NEWFALSE:
      return false;
    case opcode.BININT:
      return cursor.int32();
    case opcode.BININT1:
      return cursor.uint8();
    case opcode.BININT2:
      return cursor.uint16();
    case opcode.LONG1:
      return long(cursor.uint8());
    case opcode.BINFLOAT:
      return cursor.float64();
    case opcode.SHORT_BINUNICODE:
      return text(cursor.uint8(), "utf-8");
    case opcode.BINUNICODE:
      return text(cursor.uint32(), "utf-8");
    case opcode.BINUNICODE8:
      return text(Number(cursor.uint64()), "utf-8");
    // Text as Python 2 wrote it.
    case opcode.SHORT_BINSTRING:
      return text(cursor.uint8(), "latin1");
    case opcode.BINSTRING:
      return text(cursor.uint32(), "latin1");
    default:
      return undefined;
  }

  function text(length: number, encoding: "utf-8" | "latin1"): string {
    if (length > LONGEST_TEXT_BYTES) throw fault("too large");
    const bytes = cursor.take(length);
    try {
      return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw fault("not UTF-8");
    }
  }

  /** Two's complement, little-endian; a number where it fits one exactly. */
  function long(length: number): number | bigint {
    if (length > LONGEST_INTEGER_BYTES) throw fault("too large");
    let value = 0n;
    for (const [index, byte] of cursor.take(length).entries()) value |= BigInt(byte) << BigInt(8 * index);
    const signed = BigInt.asIntN(8 * length, value);
    const number = Number(signed);
    return Number.isSafeInteger(number) ? number : signed;
  }
}
