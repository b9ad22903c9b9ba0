import type { ImageFormat } from "@unpaired/core/contracts";

const signatures: readonly (readonly [name: string, start: string | RegExp])[] = [
  ["png", "\x89PNG\r\n\x1a\n"],
  ["jpeg", "\xff\xd8\xff"],
  ["webp", /^RIFF.{4}WEBP/s],
  ["GIF", /^GIF8[79]a/],
  ["TIFF", /^(II\*\0|MM\0\*)/],
  ["AVIF", /^.{4}ftypavi[fs]/s],
  ["HEIC", /^.{4}ftyp(hei[cx]|mif1|msf1)/s],
  ["PDF", "%PDF-"],
  ["SVG", /^\s*(<\?xml.*)?<svg/s],
];

/** What the first bytes of a file say it is; the declared type is only a claim. */
export type Sniffed =
  | { readonly format: ImageFormat }
  | { readonly format: undefined; readonly looksLike: string | undefined };

/** Recognises PNG, JPEG and WebP by their signatures, and some others only to name them. */
export function sniffFormat(bytes: Uint8Array): Sniffed {
  const start = String.fromCharCode(...bytes.subarray(0, 64));
  const found = signatures.find(([, signature]) =>
    typeof signature === "string" ? start.startsWith(signature) : signature.test(start),
  );
  const name = found?.[0];
  if (name === "png" || name === "jpeg" || name === "webp") return { format: name };
  return { format: undefined, looksLike: name };
}
