import { exifOrientationOffset } from "./exif-orientation.ts";
import { ImageError } from "./image-error.ts";
import type { ImageHeader } from "./image-header.ts";

const ANIMATION_FLAG = 0x02;
/** The pixels as RGBA and what they are made from: nothing is scaled before all of them are there. */
const WORKING_BYTES_PER_PIXEL = { lossy: 5.2, lossless: 9.6 } as const;

/**
 * Reads a still WebP's size from every chunk that states one and walks the chunks to the end of the file.
 *
 * Source: RFC 9649.
 *
 * @throws ImageError `unsupported_image` (animation) or `undecodable_image`
 * @throws RangeError when a field lies behind the end of the file
 */
export function readWebpHeader(bytes: Uint8Array): ImageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = 8 + view.getUint32(4, true);
  if (end > bytes.length) throw new RangeError("RIFF ends behind the file");
  const sizes: { width: number; height: number }[] = [];
  let orientationOffset: number | undefined;
  let hasPixels = false;
  let compression: keyof typeof WORKING_BYTES_PER_PIXEL = "lossy";
  for (let offset = 12; offset + 8 <= end; ) {
    const name = String.fromCharCode(...bytes.subarray(offset, offset + 4));
    const length = view.getUint32(offset + 4, true);
    const start = offset + 8;
    if (start + length > end) throw new RangeError(`chunk ${name} ends behind the file`);
    if (name === "VP8X") {
      if ((view.getUint8(start) & ANIMATION_FLAG) !== 0) {
        throw new ImageError("unsupported_image", "The WebP is animated; send a still picture.");
      }
      sizes.push({ width: uint24(view, start + 4) + 1, height: uint24(view, start + 7) + 1 });
    } else if (name === "VP8 ") {
      sizes.push(lossySize(view, start));
      hasPixels = true;
    } else if (name === "VP8L") {
      sizes.push(losslessSize(view, start));
      compression = "lossless";
      hasPixels = true;
    } else if (name === "EXIF") {
      const found = exifOrientationOffset(bytes.subarray(start, start + length));
      orientationOffset = found === undefined ? undefined : start + found;
    }
    offset = start + length + (length & 1);
  }
  const [first] = sizes;
  if (!hasPixels || !first) throw damaged("holds no pixels");
  const { width, height } = first;
  if (sizes.some((size) => size.width !== width || size.height !== height)) {
    throw damaged("states two different sizes");
  }
  if (width === 0 || height === 0) throw damaged(`is ${width}×${height} pixels`);
  return {
    format: "webp",
    width,
    height,
    orientation: orientationOffset === undefined ? 1 : bytes[orientationOffset]!,
    orientationOffset,
    workingBytes: width * height * WORKING_BYTES_PER_PIXEL[compression],
  };
}

function lossySize(view: DataView, start: number): { width: number; height: number } {
  const isKeyFrame = (view.getUint8(start) & 1) === 0;
  if (!isKeyFrame || uint24(view, start + 3) !== 0x2a019d) throw damaged("has no start code");
  return {
    width: view.getUint16(start + 6, true) & 0x3fff,
    height: view.getUint16(start + 8, true) & 0x3fff,
  };
}

function losslessSize(view: DataView, start: number): { width: number; height: number } {
  if (view.getUint8(start) !== 0x2f) throw damaged("has no signature");
  const bits = view.getUint32(start + 1, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

function uint24(view: DataView, offset: number): number {
  return view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);
}

function damaged(what: string): ImageError {
  return new ImageError("undecodable_image", `The WebP ${what}; save the picture anew.`);
}
