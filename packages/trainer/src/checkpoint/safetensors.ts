import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { CheckpointError } from "../errors.ts";
import { isSystemError } from "./atomic-write.ts";

/** A float32 tensor in a file. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Contents of a safetensors file: tensors by name and string metadata. */
export interface SafetensorsContent {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A safetensors file about to be written. */
export interface EncodedSafetensors {
  /** The header and then each tensor's own memory, which must not change until it is written. */
  readonly pieces: readonly Uint8Array[];
  /** The checksum the file carries. */
  readonly checksum: string;
}

/**
 * The checksum stands first in the header, at a fixed place, and covers every other byte of the file: a flipped bit in
 * a name or a random state is found as one in a weight is.
 */
const BEFORE_CHECKSUM = '{"__metadata__":{"sha256":"';
const CHECKSUM_CHARACTERS = 64;
const CHECKSUM_BEGIN = 8 + BEFORE_CHECKSUM.length;
const CHECKSUM_END = CHECKSUM_BEGIN + CHECKSUM_CHARACTERS;
const LARGEST_HEADER_BYTES = 100 * 2 ** 20;

/**
 * Lays tensors out as a safetensors file that carries a SHA-256 of itself, without copying them.
 *
 * Source: huggingface/safetensors, "Format".
 */
export function encodeSafetensors({ tensors, metadata }: SafetensorsContent): EncodedSafetensors {
  const entries: Record<string, unknown> = {};
  const body: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    entries[name] = { dtype: "F32", shape, data_offsets: [offset, offset + data.byteLength] };
    body.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    offset += data.byteLength;
  }
  const header = headerOf("0".repeat(CHECKSUM_CHARACTERS), metadata, entries);
  const hash = checksumStart(header);
  for (const piece of body) hash.update(piece);
  const checksum = hash.digest("hex");
  header.set(new TextEncoder().encode(checksum), CHECKSUM_BEGIN);
  return { pieces: [header, ...body], checksum };
}

/**
 * Reads a safetensors file written by {@link encodeSafetensors}; memory stays within the size of the file.
 *
 * @throws CheckpointError `damaged_checkpoint` for anything that is not whole
 */
export async function readSafetensors(path: string): Promise<SafetensorsContent> {
  const tensors = new Map<string, StoredTensor>();
  const { metadata } = await readChecked(path, async ({ name, shape, bytes }, fill) => {
    const data = new Float32Array(bytes / 4);
    await fill(new Uint8Array(data.buffer));
    tensors.set(name, { shape, data });
  });
  return { tensors, metadata };
}

/**
 * Reads a file's metadata alone; nothing vouches for it.
 *
 * @throws CheckpointError `damaged_checkpoint` when the header is not whole
 */
export async function peekMetadata(path: string): Promise<Readonly<Record<string, string>>> {
  const file = await open(path, "r");
  try {
    const damaged = damagedFile(path);
    const { size } = await file.stat();
    return parseHeader(await readHeader(file, size, damaged), damaged).metadata;
  } finally {
    await file.close();
  }
}

/**
 * Reads a file back and compares its checksum, keeping none of it.
 *
 * @returns the checksum the file carries
 * @throws CheckpointError `damaged_checkpoint` for anything that is not whole
 */
export async function verifySafetensors(path: string): Promise<string> {
  const buffer = new Uint8Array(2 ** 16);
  const { checksum } = await readChecked(path, async ({ bytes }, fill) => {
    for (let left = bytes; left > 0; left -= Math.min(left, buffer.length)) {
      await fill(buffer.subarray(0, Math.min(left, buffer.length)));
    }
  });
  return checksum;
}

interface TensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** Reads the next bytes of the file into an array, to its end. */
type Fill = (into: Uint8Array) => Promise<void>;

async function readChecked(
  path: string,
  readTensor: (entry: TensorEntry, fill: Fill) => Promise<void>,
): Promise<{ metadata: Readonly<Record<string, string>>; checksum: string }> {
  const damaged = damagedFile(path);
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const header = await readHeader(file, size, damaged);
    const { metadata, entries } = parseHeader(header, damaged);
    const bodyBytes = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    if (header.length + bodyBytes !== size)
      throw damaged(`it has ${size} bytes instead of ${header.length + bodyBytes}`);
    const hash = checksumStart(header);
    const fill: Fill = async (into) => {
      await fillFrom(file, into, damaged);
      hash.update(into);
    };
    for (const entry of entries) await readTensor(entry, fill);
    const checksum = hash.digest("hex");
    if (checksum !== metadata.sha256) throw damaged("its checksum does not match its data");
    return { metadata, checksum };
  } catch (error) {
    // A sector that cannot be read is damage like any other.
    if (isSystemError(error) && (error.code === "EIO" || error.code === "EISDIR"))
      throw damaged(`it cannot be read (${error.code})`, error);
    throw error;
  } finally {
    await file.close();
  }
}

type Damaged = (what: string, cause?: unknown) => CheckpointError;

function damagedFile(path: string): Damaged {
  return (what, cause) =>
    new CheckpointError(`${path} is damaged: ${what}.`, { code: "damaged_checkpoint", cause });
}

async function readHeader(file: FileHandle, size: number, damaged: Damaged): Promise<Uint8Array> {
  if (size < CHECKSUM_END) throw damaged(`it has only ${size} bytes`);
  const length = new Uint8Array(8);
  await fillFrom(file, length, damaged);
  const headerBytes = Number(new DataView(length.buffer).getBigUint64(0, true));
  if (headerBytes > LARGEST_HEADER_BYTES || 8 + headerBytes > size) throw damaged("its header is cut off");
  const header = new Uint8Array(8 + headerBytes);
  header.set(length);
  await fillFrom(file, header.subarray(8), damaged);
  return header;
}

function parseHeader(
  bytes: Uint8Array,
  damaged: Damaged,
): { metadata: Record<string, string>; entries: TensorEntry[] } {
  let header: unknown;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8));
    header = JSON.parse(text);
  } catch (cause) {
    throw damaged("its header is not JSON", cause);
  }
  if (!text.startsWith(BEFORE_CHECKSUM)) throw damaged("it carries no checksum");
  const { __metadata__: metadata, ...described } = header as Record<string, unknown>;
  if (!isStringRecord(metadata)) throw damaged("it has no metadata");
  const entries: TensorEntry[] = [];
  let offset = 0;
  for (const [name, value] of Object.entries(described)) {
    const entry = parseEntry(name, value, offset);
    if (!entry) throw damaged(`tensor "${name}" is not described properly`);
    entries.push(entry);
    offset += entry.bytes;
  }
  return { metadata, entries };
}

function parseEntry(name: string, value: unknown, offset: number): TensorEntry | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (dtype !== "F32" || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) return undefined;
  const bytes = shape.reduce((product, side) => product * side, 4);
  return Number.isSafeInteger(bytes) && offsets[0] === offset && offsets[1] === offset + bytes
    ? { name, shape, bytes }
    : undefined;
}

async function fillFrom(file: FileHandle, into: Uint8Array, damaged: Damaged): Promise<void> {
  for (let filled = 0; filled < into.length; ) {
    const { bytesRead } = await file.read(into, filled, into.length - filled);
    if (bytesRead === 0) throw damaged("it ends too early");
    filled += bytesRead;
  }
}

function headerOf(
  checksum: string,
  metadata: Readonly<Record<string, string>>,
  entries: Readonly<Record<string, unknown>>,
): Uint8Array {
  const json = new TextEncoder().encode(
    JSON.stringify({ __metadata__: { sha256: checksum, ...metadata }, ...entries }),
  );
  // The data section starts on a multiple of 8 so that readers can map it.
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const header = new Uint8Array(8 + headerBytes).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(headerBytes), true);
  header.set(json, 8);
  return header;
}

function checksumStart(header: Uint8Array): Hash {
  return createHash("sha256")
    .update(header.subarray(0, CHECKSUM_BEGIN))
    .update(header.subarray(CHECKSUM_END));
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((side) => Number.isSafeInteger(side) && side >= 0);
}

function isStringRecord(value: unknown): value is Record<string, string> {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((entry) => typeof entry === "string")
  );
}
