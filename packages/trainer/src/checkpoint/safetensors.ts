import { createHash } from "node:crypto";
import { CheckpointError } from "../errors.ts";

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

/** Metadata key under which the SHA-256 of the data section is kept. */
const CHECKSUM = "sha256";
const LARGEST_HEADER_BYTES = 100 * 2 ** 20;

/**
 * Lays tensors out as a safetensors file, with the SHA-256 of the data in its metadata.
 *
 * Source: huggingface/safetensors, "Format".
 */
export function encodeSafetensors({ tensors, metadata }: SafetensorsContent): Uint8Array {
  const header: Record<string, unknown> = {};
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const body = new Uint8Array(offset);
  let position = 0;
  for (const { data } of tensors.values()) {
    body.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  const checksum = createHash("sha256").update(body).digest("hex");
  const json = JSON.stringify({ __metadata__: { ...metadata, [CHECKSUM]: checksum }, ...header });
  // The data section starts on a multiple of 8 so that readers can map it.
  const text = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 8) * 8));
  const file = new Uint8Array(8 + text.length + body.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(body, 8 + text.length);
  return file;
}

/**
 * Reads a safetensors file written by {@link encodeSafetensors}.
 *
 * @param source named in errors
 * @throws CheckpointError `damaged_checkpoint` for anything that is not whole
 */
export function decodeSafetensors(file: Uint8Array, source: string): SafetensorsContent {
  const damaged = (what: string, cause?: unknown) =>
    new CheckpointError(`${source} is damaged: ${what}. Use an older checkpoint.`, {
      code: "damaged_checkpoint",
      cause,
    });

  if (file.length < 8) throw damaged(`it has only ${file.length} bytes`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > LARGEST_HEADER_BYTES || 8 + headerBytes > file.length)
    throw damaged("its header is cut off");
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(file.subarray(8, 8 + headerBytes)));
  } catch (cause) {
    throw damaged("its header is not JSON", cause);
  }
  if (typeof header !== "object" || header === null || Array.isArray(header))
    throw damaged("its header is no object");
  const { __metadata__: metadata, ...entries } = header;
  if (!isStringRecord(metadata)) throw damaged("it has no metadata");
  const body = file.subarray(8 + headerBytes);
  if (createHash("sha256").update(body).digest("hex") !== metadata[CHECKSUM]) {
    throw damaged("its checksum does not match its data");
  }
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(entries)) {
    const found = parseEntry(entry, body.length);
    if (!found) throw damaged(`tensor "${name}" is not described properly`);
    // A fresh copy: a Node Buffer's own slice would share, and misalign, its memory.
    const bytes = new Uint8Array(body.subarray(found.begin, found.end));
    tensors.set(name, { shape: found.shape, data: new Float32Array(bytes.buffer) });
  }
  return { tensors, metadata };
}

function parseEntry(
  entry: unknown,
  bodyBytes: number,
): { shape: number[]; begin: number; end: number } | undefined {
  if (typeof entry !== "object" || entry === null) return undefined;
  const { dtype, shape, data_offsets: offsets } = entry as Record<string, unknown>;
  if (dtype !== "F32" || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) return undefined;
  const [begin, end] = offsets as [number, number];
  const bytes = shape.reduce((product, side) => product * side, 4);
  return begin <= end && end <= bodyBytes && end - begin === bytes ? { shape, begin, end } : undefined;
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
