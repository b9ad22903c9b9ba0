import type { Columns } from "@unpaired/core/images";
import { inflateWithin } from "./inflate-within.ts";
import { pngChunks } from "./png-chunks.ts";
import { type PixelReader, pixelReader } from "./png-colors.ts";
import { unfilterRow } from "./png-filter.ts";
import { bitsPerPixel, inflatedBytes, type PngPass, passesOf, readPngLayout } from "./png-layout.ts";

/** Takes pixels of one row as they are decoded: RGBA of 8 bits, which the next row overwrites. */
export type RowSink = (y: number, rgba: Uint8Array, columns: Columns) => void;

/**
 * Decodes a PNG a row at a time, so that its size in pixels costs time and no memory; an interlaced one comes in parts
 * of rows. Metadata is never inflated, and pixels only as far as the header promises them.
 *
 * Source: PNG, third edition.
 *
 * @param bytes a file that `readPngHeader` has accepted
 * @throws RangeError when it is damaged
 */
export async function decodePng(bytes: Uint8Array<ArrayBuffer>, sink: RowSink): Promise<void> {
  const layout = readPngLayout(bytes);
  const pixels: Uint8Array<ArrayBuffer>[] = [];
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  for (const { name, content, isIntact } of pngChunks(bytes)) {
    if (name === "IDAT") pixels.push(content);
    else if (name === "IHDR" || name === "PLTE") {
      if (content.length > 768 || !isIntact()) throw new RangeError(`${name} is damaged`);
      if (name === "PLTE") palette = content;
    } else if (name === "tRNS" && content.length <= 256 && isIntact()) transparency = content;
  }
  const bytesPerPixel = Math.max(1, bitsPerPixel(layout) >> 3);
  const rows = collectRows(passesOf(layout), bytesPerPixel, pixelReader(layout, palette, transparency), sink);
  await inflateWithin(pixels, inflatedBytes(layout), rows.push);
  if (!rows.areComplete()) throw new RangeError("there are fewer pixels than the header promises");
}

/** Cuts inflated bytes, however they come, into rows and hands on their pixels. */
function collectRows(
  passes: readonly PngPass[],
  bytesPerPixel: number,
  readPixels: PixelReader,
  sink: RowSink,
) {
  let index = 0;
  let pass = passes[0]!;
  let rowOfPass = 0;
  let filled = 0;
  let row = new Uint8Array(1 + pass.rowBytes);
  let above = new Uint8Array(1 + pass.rowBytes);
  let rgba = new Uint8Array(pass.columns * 4);

  function finishRow(): void {
    const content = row.subarray(1);
    unfilterRow(row[0]!, content, above.subarray(1), bytesPerPixel);
    readPixels(content, pass.columns, rgba);
    sink(pass.top + rowOfPass * pass.down, rgba, { left: pass.left, step: pass.across });
    [row, above] = [above, row];
    filled = 0;
    if (++rowOfPass < pass.rows) return;
    rowOfPass = 0;
    const next = passes[++index];
    if (!next) return;
    pass = next;
    row = new Uint8Array(1 + pass.rowBytes);
    above = new Uint8Array(1 + pass.rowBytes);
    rgba = new Uint8Array(pass.columns * 4);
  }

  return {
    push(bytes: Uint8Array): void {
      for (let offset = 0; offset < bytes.length && index < passes.length; ) {
        const taken = Math.min(row.length - filled, bytes.length - offset);
        row.set(bytes.subarray(offset, offset + taken), filled);
        filled += taken;
        offset += taken;
        if (filled === row.length) finishRow();
      }
    },
    areComplete: () => index === passes.length,
  };
}
