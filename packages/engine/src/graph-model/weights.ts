import { invalidModel, printable } from "../errors.ts";
import type { Constant } from "./constant.ts";
import { BYTES_PER_VALUE, decodeFloats, type Encoding } from "./decode.ts";
import { array, finite, type JsonRecord, member, name as readName, record } from "./json.ts";
import { Shards } from "./shards.ts";

const MAX_GROUPS = 1024;
const MAX_SHARDS = 1024;
const MAX_WEIGHTS = 8192;
/** Integer constants are paddings, axes and sizes: a handful of numbers. */
const MAX_INTEGERS = 64;

/** Weights by name, and a way to let go of their bytes once they are packed. */
export interface Weights {
  readonly constants: ReadonlyMap<string, Constant>;
  release(): void;
}

/**
 * Weights by name from a `weightsManifest` and its shards (in the order the manifest lists them).
 *
 * @throws EngineError `invalid_model` when an entry is not understood or the shards are too short or too long
 */
export function readWeights(manifest: unknown, shards: readonly Uint8Array[]): Weights {
  const groups: Shards[] = [];
  const constants = new Map<string, Constant>();
  let nextShard = 0;
  for (const entry of array(manifest, "weightsManifest", MAX_GROUPS)) {
    const group = record(entry, "A weightsManifest group");
    const paths = array(member(group, "paths"), "A weightsManifest group's paths", MAX_SHARDS);
    if (nextShard + paths.length > shards.length) {
      throw invalidModel(
        `model.json lists at least ${nextShard + paths.length} weight files and ${shards.length} were given; pass every shard in manifest order.`,
      );
    }
    const bytes = new Shards(shards.slice(nextShard, nextShard + paths.length));
    groups.push(bytes);
    nextShard += paths.length;
    readGroup(
      array(member(group, "weights"), "A weightsManifest group's weights", MAX_WEIGHTS),
      bytes,
      constants,
    );
  }
  if (nextShard < shards.length) {
    throw invalidModel(
      `model.json lists ${nextShard} weight files and ${shards.length} were given; pass only its own shards.`,
    );
  }
  const release = () => {
    for (const group of groups) group.release();
  };
  return { constants, release };
}

function readGroup(entries: readonly unknown[], shards: Shards, into: Map<string, Constant>): void {
  let offset = 0;
  for (const value of entries) {
    const entry = record(value, "A weight entry");
    const name = readName(member(entry, "name"), "A weight's name");
    if (into.has(name)) throw invalidModel(`Two weights are called "${printable(name)}"; names must differ.`);
    const { constant, bytes } = readEntry(entry, name, shards, offset);
    into.set(name, constant);
    offset += bytes;
  }
  if (offset !== shards.byteLength) {
    throw invalidModel(
      `The weight files hold ${shards.byteLength} bytes and model.json accounts for ${offset}; fetch both from one published version.`,
    );
  }
}

function readEntry(
  entry: JsonRecord,
  name: string,
  shards: Shards,
  offset: number,
): { constant: Constant; bytes: number } {
  const shape = readShape(member(entry, "shape"), name);
  const length = shape.reduce((product, side) => product * side, 1);
  const dtype = member(entry, "dtype");
  if (dtype !== "float32" && dtype !== "int32") {
    throw invalidModel(
      `Weight "${printable(name)}" has dtype ${printable(dtype)}; only float32 and int32 are read.`,
    );
  }
  const encoding = readEncoding(member(entry, "quantization"), name);
  const bytes = length * BYTES_PER_VALUE[encoding.form];
  if (offset + bytes > shards.byteLength) {
    throw invalidModel(
      `Weight "${printable(name)}" ends at byte ${offset + bytes} of ${shards.byteLength}; a weight file is cut short.`,
    );
  }
  if (dtype === "float32") {
    const decode = () => requireFinite(decodeFloats(shards.read(offset, bytes), encoding), name);
    return { constant: { dtype, name, shape, length, decode }, bytes };
  }
  if (encoding.form !== "float32") {
    throw invalidModel(
      `Weight "${printable(name)}" is int32 and quantized; integers must be stored as they are.`,
    );
  }
  if (length > MAX_INTEGERS) {
    throw invalidModel(
      `Weight "${printable(name)}" holds ${length} integers; at most ${MAX_INTEGERS} are read.`,
    );
  }
  const values = [...new Int32Array(shards.read(offset, bytes).buffer)];
  return { constant: { dtype, name, shape, values }, bytes };
}

function readShape(value: unknown, name: string): number[] {
  return array(value, `Shape of weight "${printable(name)}"`, 4).map((side) => {
    if (typeof side !== "number" || !Number.isInteger(side) || side < 1 || side > 2 ** 24) {
      throw invalidModel(
        `Weight "${printable(name)}" has a side of ${printable(side)}; sides are whole numbers from 1 to 2^24.`,
      );
    }
    return side;
  });
}

function readEncoding(value: unknown, name: string): Encoding {
  if (value === undefined) return { form: "float32" };
  const what = `Quantization of weight "${printable(name)}"`;
  const entry = record(value, what);
  const form = member(entry, "dtype");
  const original = member(entry, "original_dtype");
  if (original !== undefined && original !== "float32") {
    throw invalidModel(`${what} has original_dtype ${printable(original)}; only float32 is read.`);
  }
  if (form === "float16") return { form };
  if (form !== "uint8" && form !== "uint16") {
    throw invalidModel(`${what} has dtype ${printable(form)}; uint8, uint16 and float16 are read.`);
  }
  const scale = finite(member(entry, "scale"), `${what}, its scale,`);
  const min = finite(member(entry, "min"), `${what}, its min,`);
  return { form, scale, min };
}

function requireFinite(values: Float32Array, name: string): Float32Array {
  for (let index = 0; index < values.length; index++) {
    if (!Number.isFinite(values[index])) {
      throw invalidModel(
        `Weight "${printable(name)}" holds ${values[index]} at ${index}; train and publish the model again.`,
      );
    }
  }
  return values;
}
