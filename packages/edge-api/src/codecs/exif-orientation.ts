const ORIENTATION_TAG = 0x0112;
const SHORT = 3;

/** What JPEG puts in front of the block, and some WebP writers, too. */
const EXIF_PREFIX = "Exif\0\0";

/**
 * Orientation tag of the first directory of an EXIF (TIFF) block, 1–8.
 * A damaged block means 1: metadata is no reason to refuse a picture.
 */
export function exifOrientation(block: Uint8Array): number {
  const offset = exifOrientationOffset(block);
  return offset === undefined ? 1 : block[offset]!;
}

/**
 * Where in an EXIF block the one byte lies that names the orientation.
 *
 * Source: EXIF 2.32 §4.6.4; TIFF 6.0 §2.
 */
export function exifOrientationOffset(block: Uint8Array): number | undefined {
  const tiff = startsWithExifPrefix(block) ? block.subarray(EXIF_PREFIX.length) : block;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (view.byteLength < 8) return undefined;
  const byteOrder = view.getUint16(0);
  const littleEndian = byteOrder === 0x4949;
  if ((!littleEndian && byteOrder !== 0x4d4d) || view.getUint16(2, littleEndian) !== 42) return undefined;
  const directory = view.getUint32(4, littleEndian);
  if (directory + 2 > view.byteLength) return undefined;
  const entries = view.getUint16(directory, littleEndian);
  for (let index = 0; index < entries; index++) {
    const entry = directory + 2 + index * 12;
    if (entry + 12 > view.byteLength) return undefined;
    if (view.getUint16(entry, littleEndian) !== ORIENTATION_TAG) continue;
    const value = view.getUint16(entry + 8, littleEndian);
    const isOrientation = view.getUint16(entry + 2, littleEndian) === SHORT && value >= 1 && value <= 8;
    return isOrientation ? tiff.byteOffset - block.byteOffset + entry + (littleEndian ? 8 : 9) : undefined;
  }
  return undefined;
}

/** Whether these bytes begin with {@link EXIF_PREFIX}. */
export function startsWithExifPrefix(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, EXIF_PREFIX.length)) === EXIF_PREFIX;
}
