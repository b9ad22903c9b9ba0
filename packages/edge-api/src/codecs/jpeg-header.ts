import { exifOrientation, startsWithExifPrefix } from "./exif-orientation.ts";
import { ImageError } from "./image-error.ts";
import type { ImageHeader } from "./image-header.ts";

/** Real progressive files have about ten scans; hundreds over a large picture only cost the reader time. */
const MOST_SCANS = 100;

/** A progressive picture's coefficients are all kept until its last scan. */
const DECODER_BYTES_PER_PIXEL = { sequential: 4.5, progressive: 10.5 } as const;

type Frame = Pick<ImageHeader, "width" | "height" | "decoderBytesPerPixel">;

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
  let orientation = 1;
  let scans = 0;
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
    if (marker.code === 0xe1 && startsWithExifPrefix(content)) orientation = exifOrientation(content);
    offset = end;
    if (marker.code === 0xda) {
      if (!frame) throw damaged("starts its pixels before its header");
      if (++scans > MOST_SCANS) throw damaged(`has more than ${MOST_SCANS} scans`);
      offset = endOfScan(bytes, offset);
    }
  }
  if (!frame || scans === 0) throw damaged("holds no pixels");
  return { format: "jpeg", ...frame, orientation };
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
  const decoderBytesPerPixel = DECODER_BYTES_PER_PIXEL[marker === 0xc2 ? "progressive" : "sequential"];
  return { width, height, decoderBytesPerPixel };
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
