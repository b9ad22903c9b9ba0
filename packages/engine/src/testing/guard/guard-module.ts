import { readInstruction, VALUE_TYPES, type ValueType } from "./instructions.ts";
import { signed, unsigned, WasmReader } from "./wasm-bytes.ts";

/** Called before each access with its address, the offset and bytes of the access, and 1 for a write; returns the address. */
export type Touch = (address: number, offset: number, bytes: number, writes: number) => number;

/** The import through which a guarded module reports its accesses. */
export const GUARD_IMPORT = { module: "guard", name: "touch" } as const;

const SECTION = { types: 1, imports: 2, functions: 3, exports: 7, start: 8, elements: 9, code: 10 } as const;
const HEADER_BYTES = 8;
/** Kind of an import or export. */
const FUNCTION = 0;
const I32 = VALUE_TYPES.i32;
/** Locals added to every function, in this order: where operands wait while the address below them is checked. */
const ROOM: readonly ValueType[] = ["i32", "i64", "f32", "f64", "v128", "i32"];
const FIRST_I32 = 0;
const SECOND_I32 = 5;

/** A module that reports its accesses, and the types its exported functions take. */
export interface GuardedModule {
  readonly binary: Uint8Array<ArrayBuffer>;
  /** Parameters by export, each by the byte that stands for its type. */
  readonly parameters: ReadonlyMap<string, readonly number[]>;
}

/**
 * A copy of a WebAssembly module that asks {@link Touch} before every load, store, fill and copy.
 *
 * @throws Error for a module with parts that the kernels do not have
 */
export function guardModule(binary: Uint8Array): GuardedModule {
  const sections = readSections(binary);
  if (sections.has(SECTION.start) || sections.has(SECTION.elements)) {
    throw new Error("A module with a start function or a function table cannot be guarded.");
  }
  const imported = sections.get(SECTION.imports);
  if (imported && imported[0] !== 0) throw new Error("A module with imports cannot be guarded.");

  const signatures = readParameters(sections.get(SECTION.types)!);
  const types = new WasmReader(sections.get(SECTION.functions)!);
  const parametersOf = Array.from({ length: types.unsigned() }, () => signatures[types.unsigned()]!);
  const exported = readExports(sections.get(SECTION.exports)!);
  sections.set(SECTION.types, withTouchType(sections.get(SECTION.types)!));
  sections.set(SECTION.imports, touchImport(signatures.length));
  sections.set(SECTION.exports, shiftExports(exported));
  sections.set(SECTION.code, guardCode(sections.get(SECTION.code)!, parametersOf));

  const inOrder = [...sections].sort(([a], [b]) => a - b);
  const guarded = Uint8Array.from([
    ...binary.subarray(0, HEADER_BYTES),
    ...inOrder.flatMap(([id, content]) => [id, ...unsigned(content.length), ...content]),
  ]);
  const functions = exported.filter(({ kind }) => kind === FUNCTION);
  return {
    binary: guarded,
    parameters: new Map(functions.map(({ name, position }) => [name, parametersOf[position]!])),
  };
}

function readSections(binary: Uint8Array): Map<number, Uint8Array> {
  const reader = new WasmReader(binary, HEADER_BYTES);
  const sections = new Map<number, Uint8Array>();
  while (reader.at < binary.length) {
    const id = reader.byte();
    const content = reader.take(reader.unsigned());
    // Names and other custom sections do not matter.
    if (id !== 0) sections.set(id, content);
  }
  return sections;
}

function readParameters(section: Uint8Array): (readonly number[])[] {
  const reader = new WasmReader(section);
  return Array.from({ length: reader.unsigned() }, () => {
    if (reader.byte() !== 0x60) throw new Error("Only function types can be guarded.");
    const parameters = [...reader.take(reader.unsigned())];
    reader.take(reader.unsigned());
    return parameters;
  });
}

function withTouchType(section: Uint8Array): Uint8Array {
  const reader = new WasmReader(section);
  const count = reader.unsigned();
  const touch = [0x60, 4, I32, I32, I32, I32, 1, I32];
  return Uint8Array.from([...unsigned(count + 1), ...section.subarray(reader.at), ...touch]);
}

function touchImport(type: number): Uint8Array {
  return Uint8Array.from([
    1,
    ...text(GUARD_IMPORT.module),
    ...text(GUARD_IMPORT.name),
    FUNCTION,
    ...unsigned(type),
  ]);
}

interface Export {
  readonly name: string;
  readonly kind: number;
  readonly position: number;
}

function readExports(section: Uint8Array): Export[] {
  const reader = new WasmReader(section);
  return Array.from({ length: reader.unsigned() }, () => {
    const name = new TextDecoder().decode(reader.take(reader.unsigned()));
    return { name, kind: reader.byte(), position: reader.unsigned() };
  });
}

/** The import is function 0, so every function of the module moves up by one. */
function shiftExports(exported: readonly Export[]): Uint8Array {
  return Uint8Array.from([
    ...unsigned(exported.length),
    ...exported.flatMap(({ name, kind, position }) => [
      ...text(name),
      kind,
      ...unsigned(kind === FUNCTION ? position + 1 : position),
    ]),
  ]);
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...unsigned(bytes.length), ...bytes];
}

function guardCode(section: Uint8Array, parametersOf: readonly (readonly number[])[]): Uint8Array {
  const reader = new WasmReader(section);
  const count = reader.unsigned();
  const guarded = unsigned(count);
  for (let index = 0; index < count; index++) {
    const body = guardBody(reader.take(reader.unsigned()), parametersOf[index]!.length);
    guarded.push(...unsigned(body.length));
    for (const byte of body) guarded.push(byte);
  }
  return Uint8Array.from(guarded);
}

function guardBody(body: Uint8Array, parameters: number): number[] {
  const reader = new WasmReader(body);
  const groups = reader.unsigned();
  const groupsBegin = reader.at;
  let firstRoom = parameters;
  for (let group = 0; group < groups; group++) {
    firstRoom += reader.unsigned();
    reader.byte();
  }
  const guarded = [
    ...unsigned(groups + ROOM.length),
    ...body.subarray(groupsBegin, reader.at),
    ...ROOM.flatMap((type) => [1, VALUE_TYPES[type]]),
  ];
  const set = (room: number) => [0x21, ...unsigned(firstRoom + room)];
  const get = (room: number) => [0x20, ...unsigned(firstRoom + room)];
  const constant = (value: number) => [0x41, ...signed(value)];
  const touch = (offset: number, bytes: readonly number[], writes: boolean) => [
    ...constant(offset),
    ...bytes,
    ...constant(writes ? 1 : 0),
    0x10,
    0,
  ];
  while (reader.at < body.length) {
    const begin = reader.at;
    const instruction = readInstruction(reader);
    const itself = body.subarray(begin, reader.at);
    switch (instruction.kind) {
      case "call":
        guarded.push(0x10, ...unsigned(instruction.callee + 1));
        break;
      case "access": {
        const { offset, bytes, writes, above } = instruction;
        const room = above === undefined ? undefined : ROOM.indexOf(above);
        if (room !== undefined) guarded.push(...set(room));
        guarded.push(...touch(offset, constant(bytes), writes));
        if (room !== undefined) guarded.push(...get(room));
        guarded.push(...itself);
        break;
      }
      case "fill":
      case "copy":
        // On the stack: the destination, the value or source, the bytes.
        guarded.push(...set(SECOND_I32), ...set(FIRST_I32), ...touch(0, get(SECOND_I32), true));
        guarded.push(...get(FIRST_I32));
        if (instruction.kind === "copy") guarded.push(...touch(0, get(SECOND_I32), false));
        guarded.push(...get(SECOND_I32), ...itself);
        break;
      default:
        guarded.push(...itself);
    }
  }
  return guarded;
}
