import type { Raster } from "@unpaired/core/images";
import { type BitWriter, createBitWriter } from "./bit-writer.ts";
import { coefficientsOf } from "./coefficients.ts";
import { entropyTables, writeScan } from "./entropy-coding.ts";
import type { HuffmanTable } from "./huffman-table.ts";
import { quantizationTables, zigzag } from "./quantization.ts";

/** From this quality on every pixel keeps its own colour, as with libvips. */
const FULL_COLOUR_QUALITY = 90;
/** Of a detailed picture at a high quality; others take less. */
const EXPECTED_BYTES_PER_PIXEL = 1;

const marker = { app0: 0xe0, dqt: 0xdb, sof0: 0xc0, dht: 0xc4, sos: 0xda } as const;

/**
 * Encodes a picture as a baseline JPEG with the Huffman tables that suit it. Opacity is left out.
 *
 * @param raster RGBA, sides of at most 65,535 pixels
 * @param quality 1–100, on libjpeg's scale
 *
 * Source: ITU-T T.81 (JPEG) and T.871 (JFIF).
 */
export function encodeJpeg(raster: Raster, quality: number): Uint8Array<ArrayBuffer> {
  const { width, height } = raster;
  const tables = quantizationTables(quality);
  const halvesColours = quality < FULL_COLOUR_QUALITY;
  const coefficients = coefficientsOf(raster, tables, halvesColours);
  const entropy = entropyTables(coefficients);
  const writer = createBitWriter(1024 + width * height * EXPECTED_BYTES_PER_PIXEL);

  writer.bytes([0xff, 0xd8]);
  writeSegment(writer, marker.app0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
  for (const [id, table] of [tables.luminance, tables.chrominance].entries()) {
    writeSegment(writer, marker.dqt, [id, ...Array.from(zigzag, (place) => table[place]!)]);
  }
  const sampling = halvesColours ? 0x22 : 0x11;
  const sides = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  writeSegment(writer, marker.sof0, [8, ...sides, 3, 1, sampling, 0, 2, 0x11, 1, 3, 0x11, 1]);
  for (const [id, { dc, ac }] of [entropy.luminance, entropy.chrominance].entries()) {
    writeHuffmanTable(writer, id, dc);
    writeHuffmanTable(writer, 0x10 | id, ac);
  }
  writeSegment(writer, marker.sos, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
  writeScan(coefficients, entropy, writer);
  writer.bytes([0xff, 0xd9]);
  return writer.result();
}

function writeHuffmanTable(writer: BitWriter, id: number, { counts, symbols }: HuffmanTable): void {
  writeSegment(writer, marker.dht, [id, ...counts, ...symbols]);
}

function writeSegment(writer: BitWriter, code: number, content: readonly number[]): void {
  const length = content.length + 2;
  writer.bytes([0xff, code, length >> 8, length & 0xff, ...content]);
}
