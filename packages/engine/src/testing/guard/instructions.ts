import type { WasmReader } from "./wasm-bytes.ts";

/** A type of WebAssembly value, by the byte that stands for it. */
export const VALUE_TYPES = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof VALUE_TYPES;

/** One instruction, as far as guarding memory needs to know it. */
export type Instruction =
  | { readonly kind: "other" }
  | { readonly kind: "call"; readonly callee: number }
  | { readonly kind: "fill" | "copy" }
  | {
      readonly kind: "access";
      readonly offset: number;
      readonly bytes: number;
      readonly writes: boolean;
      /** What lies on the stack above the address. */
      readonly above: ValueType | undefined;
    };

const OTHER: Instruction = { kind: "other" };
const LOADS = [4, 8, 4, 8, 1, 1, 2, 2, 1, 1, 2, 2, 4, 4];
const STORES: readonly (readonly [number, ValueType])[] = [
  [4, "i32"],
  [8, "i64"],
  [4, "f32"],
  [8, "f64"],
  [1, "i32"],
  [2, "i32"],
  [1, "i64"],
  [2, "i64"],
  [4, "i64"],
];
const VECTOR_LOADS = [16, 8, 8, 8, 8, 8, 8, 1, 2, 4, 8];

/**
 * Reads one instruction with its immediates.
 *
 * Source: WebAssembly core specification 2.0, binary format of instructions, with relaxed SIMD.
 *
 * @throws Error for an instruction that is not in it, so that none passes unguarded
 */
export function readInstruction(reader: WasmReader): Instruction {
  const opcode = reader.byte();
  if (opcode >= 0x28 && opcode <= 0x35) return access(reader, LOADS[opcode - 0x28]!, false);
  if (opcode >= 0x36 && opcode <= 0x3e) {
    const [bytes, above] = STORES[opcode - 0x36]!;
    return access(reader, bytes, true, above);
  }
  if (opcode >= 0x45 && opcode <= 0xc4) return OTHER;
  switch (opcode) {
    case 0x00: // unreachable
    case 0x01: // nop
    case 0x05: // else
    case 0x0b: // end
    case 0x0f: // return
    case 0x1a: // drop
    case 0x1b: // select
      return OTHER;
    case 0x02: // block
    case 0x03: // loop
    case 0x04: // if
    case 0x0c: // br
    case 0x0d: // br_if
    case 0x20: // local.get
    case 0x21: // local.set
    case 0x22: // local.tee
    case 0x23: // global.get
    case 0x24: // global.set
    case 0x3f: // memory.size
    case 0x41: // i32.const
    case 0x42: // i64.const
      reader.skipNumber();
      return OTHER;
    case 0x0e: // br_table
      for (let targets = reader.unsigned() + 1; targets > 0; targets--) reader.skipNumber();
      return OTHER;
    case 0x10:
      return { kind: "call", callee: reader.unsigned() };
    case 0x43: // f32.const
      reader.take(4);
      return OTHER;
    case 0x44: // f64.const
      reader.take(8);
      return OTHER;
    case 0xfc:
      return readBulk(reader);
    case 0xfd:
      return readVector(reader);
    default:
      throw new Error(`Instruction 0x${opcode.toString(16)} cannot be guarded.`);
  }
}

function readBulk(reader: WasmReader): Instruction {
  const opcode = reader.unsigned();
  if (opcode <= 7) return OTHER; // saturating truncation
  if (opcode === 10) {
    reader.take(2);
    return { kind: "copy" };
  }
  if (opcode === 11) {
    reader.take(1);
    return { kind: "fill" };
  }
  throw new Error(`Instruction 0xfc ${opcode} cannot be guarded.`);
}

function readVector(reader: WasmReader): Instruction {
  const opcode = reader.unsigned();
  if (opcode <= 10) return access(reader, VECTOR_LOADS[opcode]!, false);
  if (opcode === 11) return access(reader, 16, true, "v128");
  if (opcode === 92 || opcode === 93) return access(reader, opcode === 92 ? 4 : 8, false); // load32_zero, load64_zero
  if (opcode >= 84 && opcode <= 91) {
    // load8_lane … load64_lane, then store8_lane … store64_lane
    const instruction = access(reader, 1 << ((opcode - 84) % 4), opcode >= 88, "v128");
    reader.take(1);
    return instruction;
  }
  if (opcode === 12 || opcode === 13) reader.take(16); // const, shuffle
  if (opcode >= 21 && opcode <= 34) reader.take(1); // extract and replace lane
  if (opcode > 0x113) throw new Error(`Instruction 0xfd ${opcode} cannot be guarded.`);
  return OTHER;
}

function access(reader: WasmReader, bytes: number, writes: boolean, above?: ValueType): Instruction {
  reader.unsigned(); // alignment
  return { kind: "access", offset: reader.unsigned(), bytes, writes, above };
}
