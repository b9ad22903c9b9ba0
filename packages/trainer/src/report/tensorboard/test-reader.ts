import { crc32c } from "./crc32c.ts";

/** One event as a test looks at it. */
export interface ReadEvent {
  readonly wallSeconds: number;
  readonly step: number;
  readonly version?: string;
  readonly sessionStart: boolean;
  readonly scalars: Readonly<Record<string, number>>;
  readonly images: Readonly<Record<string, { width: number; height: number; png: Uint8Array }>>;
}

/** Reads whole records of an event file; what a cut-off write left at its end is not a record. */
export function readEvents(file: Uint8Array): ReadEvent[] {
  const events: ReadEvent[] = [];
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let offset = 0;
  while (offset + 12 <= file.length) {
    const length = Number(view.getBigUint64(offset, true));
    checkSum(file.subarray(offset, offset + 8), view.getUint32(offset + 8, true));
    const end = offset + 12 + length;
    if (end + 4 > file.length) break;
    const data = file.subarray(offset + 12, end);
    checkSum(data, view.getUint32(end, true));
    events.push(readEvent(data));
    offset = end + 4;
  }
  return events;
}

function checkSum(bytes: Uint8Array, masked: number): void {
  const rotated = BigInt(masked) - 0xa282ead8n;
  const bits = BigInt.asUintN(32, rotated);
  const sum = Number(BigInt.asUintN(32, (bits >> 17n) | (bits << 15n)));
  if (sum !== crc32c(bytes)) throw new Error(`A record's checksum is ${sum}, its data's ${crc32c(bytes)}.`);
}

type Value = number | bigint | Uint8Array;

function fields(bytes: Uint8Array): [field: number, value: Value][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read: [number, Value][] = [];
  let offset = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(offset++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (offset < bytes.length) {
    const key = Number(varint());
    const wire = key & 7;
    if (wire === 0) read.push([key >> 3, varint()]);
    else if (wire === 1) {
      read.push([key >> 3, view.getFloat64(offset, true)]);
      offset += 8;
    } else if (wire === 5) {
      read.push([key >> 3, view.getFloat32(offset, true)]);
      offset += 4;
    } else if (wire === 2) {
      const length = Number(varint());
      read.push([key >> 3, bytes.subarray(offset, offset + length)]);
      offset += length;
    } else throw new Error(`Wire type ${wire} does not occur in event files.`);
  }
  return read;
}

function readEvent(data: Uint8Array): ReadEvent {
  const event = new Map(fields(data));
  const scalars: Record<string, number> = {};
  const images: Record<string, { width: number; height: number; png: Uint8Array }> = {};
  for (const [, value] of fields(bytesOf(event.get(5)))) {
    const parts = new Map(fields(bytesOf(value)));
    const tag = textOf(parts.get(1));
    if (parts.has(2)) scalars[tag] = Number(parts.get(2));
    if (parts.has(4)) {
      const image = new Map(fields(bytesOf(parts.get(4))));
      images[tag] = {
        width: Number(image.get(2)),
        height: Number(image.get(1)),
        png: bytesOf(image.get(4)),
      };
    }
  }
  const version = event.has(3) ? { version: textOf(event.get(3)) } : {};
  const sessionStart = new Map(fields(bytesOf(event.get(7)))).get(1) === 1n;
  return {
    wallSeconds: Number(event.get(1)),
    step: Number(event.get(2) ?? 0n),
    ...version,
    sessionStart,
    scalars,
    images,
  };
}

function bytesOf(value: Value | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}

function textOf(value: Value | undefined): string {
  return Buffer.from(bytesOf(value)).toString("utf8");
}
