import { exifOrientationOffset, startsWithExifPrefix } from "./exif-orientation.ts";
import { ImageError } from "./image-error.ts";
import type { ImageHeader } from "./image-header.ts";

/** Real progressive files have about ten scans; hundreds over a large picture only cost the reader time. */
const MOST_SCANS = 100;

const BLOCK_SIDE = 8;
const COEFFICIENT_BYTES = 2;
/** Tables, and rows of samples. */
const DECODER_BYTES = 300_000;
const DECODER_BYTES_PER_COLUMN = 64;

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly isProgressive: boolean;
  /** Bytes of all coefficients. */
  readonly coefficientBytes: number;
}

/**
 * Reads a JPEG's frame header and orientation and walks every segment and scan to the end-of-image marker, so that a
 * file cut off anywhere is known before decoding.
 *
 * Source: ITU-T T.81 annex B.
 *
 * @throws ImageError `unsupported_image` (CMYK, lossless, arithmetic, 12 bits) or `undecodable_image`
 * @throws RangeError when a field lies behind the end of the file
 */
export function readJpegHeader(bytes: Uint8Array): ImageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let frame: Frame | undefined;
  let orientationOffset: number | undefined;
  let scans = 0;
  let keepsCoefficients = false;
  let offset = 2;
  for (;;) {
    const marker = markerAt(view, offset);
    offset = marker.end;
    if (marker.code === 0xd9) break;
    if (isStandalone(marker.code)) continue;
    const length = view.getUint16(offset);
    const end = offset + length;
    if (length < 2 || end > bytes.length) throw new RangeError("segment ends behind the file");
    if (isFrameHeader(marker.code)) {
      if (frame) throw damaged("has two frame headers");
      frame = readFrame(view, offset, marker.code);
    }
    const content = bytes.subarray(offset + 2, end);
    if (marker.code === 0xe1 && startsWithExifPrefix(content)) {
      const found = exifOrientationOffset(content);
      orientationOffset = found === undefined ? undefined : offset + 2 + found;
    }
    offset = end;
    if (marker.code === 0xda) {
      if (!frame) throw damaged("starts its pixels before its header");
      if (++scans > MOST_SCANS) throw damaged(`has more than ${MOST_SCANS} scans`);
      // What comes in several scans is kept as coefficients until the last one.
      if (frame.isProgressive || content[0]! < frame.components) keepsCoefficients = true;
      offset = endOfScan(bytes, offset);
    }
  }
  if (!frame || scans === 0) throw damaged("holds no pixels");
  const { width, height, coefficientBytes } = frame;
  const rowsBytes = DECODER_BYTES + width * DECODER_BYTES_PER_COLUMN;
  const workingBytes = rowsBytes + (keepsCoefficients ? coefficientBytes : 0);
  const orientation = orientationOffset === undefined ? 1 : bytes[orientationOffset]!;
  return { format: "jpeg", width, height, orientation, orientationOffset, workingBytes };
}

function readFrame(view: DataView, offset: number, marker: number): Frame {
  const precision = view.getUint8(offset + 2);
  const height = view.getUint16(offset + 3);
  const width = view.getUint16(offset + 5);
  const components = view.getUint8(offset + 7);
  if (marker > 0xc2) throw unsupported("is lossless, hierarchical or arithmetic-coded");
  if (precision !== 8) throw unsupported(`has ${precision} bits per channel`);
  if (components === 4) throw unsupported("is CMYK");
  if (components !== 1 && components !== 3) throw unsupported(`has ${components} channels`);
  if (width === 0 || height === 0) throw damaged(`is ${width}×${height} pixels`);
  const samplings = Array.from({ length: components }, (_, index) => view.getUint8(offset + 9 + index * 3));
  const coefficientBytes = coefficientBytesOf(width, height, samplings);
  return { width, height, components, isProgressive: marker === 0xc2, coefficientBytes };
}

/** @param samplings of each component, horizontally in the upper and vertically in the lower four bits */
function coefficientBytesOf(width: number, height: number, samplings: readonly number[]): number {
  const factors = samplings.map((sampling) => ({ across: sampling >> 4, down: sampling & 15 }));
  if (factors.some(({ across, down }) => across < 1 || across > 4 || down < 1 || down > 4)) {
    throw damaged("samples its channels as none may be");
  }
  const unitsAcross = Math.ceil(width / (BLOCK_SIDE * Math.max(...factors.map(({ across }) => across))));
  const unitsDown = Math.ceil(height / (BLOCK_SIDE * Math.max(...factors.map(({ down }) => down))));
  const blocks = factors.reduce((sum, { across, down }) => sum + unitsAcross * across * unitsDown * down, 0);
  return blocks * BLOCK_SIDE ** 2 * COEFFICIENT_BYTES;
}

// Any number of 0xff may fill the space in front of a marker's code.
function markerAt(view: DataView, start: number): { code: number; end: number } {
  if (view.getUint8(start) !== 0xff) throw damaged("has bytes where a marker belongs");
  let offset = start + 1;
  while (view.getUint8(offset) === 0xff) offset++;
  return { code: view.getUint8(offset), end: offset + 1 };
}

// Inside a scan 0xff is either stuffed with 0x00 or a restart marker; anything else ends the scan.
function endOfScan(bytes: Uint8Array, start: number): number {
  let offset = start;
  for (;;) {
    offset = bytes.indexOf(0xff, offset);
    const next = bytes[offset + 1];
    if (offset < 0 || next === undefined) throw new RangeError("scan ends behind the file");
    const staysInScan = next === 0 || (next >= 0xd0 && next <= 0xd7);
    if (!staysInScan && next !== 0xff) return offset;
    offset += staysInScan ? 2 : 1;
  }
}

function isStandalone(code: number): boolean {
  return code === 0x01 || (code >= 0xd0 && code <= 0xd8);
}

function isFrameHeader(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;
}

function unsupported(what: string): ImageError {
  return new ImageError("unsupported_image", `The JPEG ${what}; save it as an 8-bit RGB JPEG, PNG or WebP.`);
}

function damaged(what: string): ImageError {
  return new ImageError("undecodable_image", `The JPEG ${what}; save the picture anew.`);
}
