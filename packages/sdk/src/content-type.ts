/** Content types the API takes and gives. */
export type ImageContentType = "image/png" | "image/jpeg" | "image/webp";

/** Enough leading bytes for {@link sniffContentType}. */
export const sniffBytes = 12;

/**
 * The image type that the leading bytes announce: the PNG signature, JPEG's SOI marker, or RIFF with WEBP.
 *
 * @returns undefined for anything else
 */
export function sniffContentType(bytes: Uint8Array): ImageContentType | undefined {
  const ascii = String.fromCharCode(...bytes.subarray(0, sniffBytes));
  if (ascii.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (ascii.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (ascii.startsWith("RIFF") && ascii.endsWith("WEBP")) return "image/webp";
  return undefined;
}

/** Whether the API may answer with this content type. */
export function isImageContentType(type: string): type is ImageContentType {
  return /^image\/(?:png|jpeg|webp)$/.test(type);
}
