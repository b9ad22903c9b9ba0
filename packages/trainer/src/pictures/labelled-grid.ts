import { InvalidArgumentError } from "@unpaired/core";
import sharp from "sharp";
import type { Picture } from "../data/picture.ts";
import { lettering, measureLettering } from "./lettering.ts";

export interface LabelledGridOptions {
  /** Heading of each column, 1–16. */
  readonly columns: readonly string[];
  /** Pictures, row by row, one per column; `undefined` leaves a place open. */
  readonly rows: readonly (readonly (Picture | undefined)[])[];
  /** Side in pixels of a picture's place, 32–1024; pictures are scaled to it and keep their shape. */
  readonly cellSize?: number;
  readonly title?: string;
  /** One line under each row; empty ones take no room. */
  readonly captions?: readonly (string | undefined)[];
  /** One line under everything. */
  readonly footnote?: string;
}

const paper = "#fbfaf7";
const ink = "#23262c";
const softInk = "#70757d";
const hairline = "#dfdcd3";
const openPlace = "#f1efe9";

/**
 * Lays pictures out under headings as a PNG; the lettering is drawn, so no font is needed.
 *
 * @throws InvalidArgumentError when rows and columns do not match or the grid would be unreasonably large
 */
export async function labelledGrid(options: LabelledGridOptions): Promise<Uint8Array> {
  const { columns, rows, cellSize = 192, title, captions = [], footnote } = options;
  checkGrid(columns, rows, cellSize);

  const gutter = Math.round(cellSize * 0.06);
  const margin = Math.round(Math.max(20, cellSize * 0.2));
  const headingHeight = clamp(cellSize * 0.058, 7, 18);
  const captionHeight = clamp(cellSize * 0.048, 6, 14);
  const titleHeight = clamp(cellSize * 0.095, 10, 34);
  const width = 2 * margin + columns.length * cellSize + (columns.length - 1) * gutter;
  const columnX = (column: number) => margin + column * (cellSize + gutter);
  const innerWidth = width - 2 * margin;

  const drawn: string[] = [];
  const pictures: { picture: Picture; left: number; top: number }[] = [];
  let y = margin;
  if (title) {
    const capHeight = fitted(title, titleHeight, innerWidth);
    y += titleHeight;
    drawn.push(lettering(title, { x: margin, y, capHeight, colour: ink, weight: 0.145 }));
    y += Math.round(titleHeight * 0.95);
    drawn.push(rule(margin, y, innerWidth));
    y += Math.round(titleHeight * 0.9);
  }
  if (columns.some((heading) => heading !== "")) {
    y += headingHeight;
    for (const [column, heading] of columns.entries()) {
      const capHeight = fitted(heading, headingHeight, cellSize);
      drawn.push(lettering(heading, { x: columnX(column), y, capHeight, colour: ink, weight: 0.135 }));
    }
    y += Math.round(headingHeight * 1.3);
  }
  y = Math.round(y);
  for (const [index, row] of rows.entries()) {
    for (const [column, picture] of row.entries()) {
      drawn.push(frame(columnX(column), y, cellSize, picture === undefined));
      if (picture !== undefined) pictures.push({ picture, left: columnX(column), top: y });
    }
    y += cellSize;
    const caption = captions[index];
    if (caption) {
      y += Math.round(captionHeight * 2);
      const capHeight = fitted(caption, captionHeight, innerWidth);
      drawn.push(lettering(caption, { x: margin, y, capHeight, colour: softInk }));
      y += Math.round(captionHeight * 0.8);
    }
    if (index < rows.length - 1) y += caption ? Math.round(gutter * 1.3) : gutter;
  }
  if (footnote) {
    y += Math.round(captionHeight * 2.2);
    drawn.push(rule(margin, y, innerWidth));
    y += Math.round(captionHeight * 2.6);
    const capHeight = fitted(footnote, captionHeight, innerWidth);
    drawn.push(lettering(footnote, { x: margin, y, capHeight, colour: softInk }));
  }
  const height = y + margin;

  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawn.join("")}</svg>`;
  const canvas = { width, height, data: sheetOfPaper(width, height) };
  // One after the other: the memory that parallel ones take is never given back to the system.
  for (const { picture, left, top } of pictures) await place(canvas, picture, { left, top, cellSize });
  return sharp(canvas.data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .composite([{ input: Buffer.from(svg), left: 0, top: 0 }])
    .removeAlpha()
    .png({ compressionLevel: 9 })
    .toBuffer();
}

function checkGrid(columns: readonly string[], rows: LabelledGridOptions["rows"], cellSize: number): void {
  if (columns.length < 1 || columns.length > 16) {
    throw new InvalidArgumentError(`The grid has ${columns.length} columns; it must have 1 to 16.`);
  }
  if (rows.length < 1 || rows.length > 64) {
    throw new InvalidArgumentError(`The grid has ${rows.length} rows; it must have 1 to 64.`);
  }
  if (!Number.isInteger(cellSize) || cellSize < 32 || cellSize > 1024) {
    throw new InvalidArgumentError(
      `The cell size is ${cellSize}; it must be an integer from 32 to 1024 pixels.`,
    );
  }
  if (columns.length * rows.length * cellSize ** 2 > 100_000_000) {
    throw new InvalidArgumentError(
      `A grid of ${columns.length}×${rows.length} places of ${cellSize} pixels is too large; use a smaller cell size.`,
    );
  }
  for (const [index, row] of rows.entries()) {
    if (row.length !== columns.length) {
      throw new InvalidArgumentError(
        `Row ${index} of the grid has ${row.length} pictures for ${columns.length} columns; give one per column.`,
      );
    }
  }
}

function sheetOfPaper(width: number, height: number): Uint8Array {
  const colour = Buffer.from(paper.slice(1), "hex");
  return Buffer.alloc(width * height * 3, colour);
}

/** Draws a picture into the middle of its place, scaled to it. */
async function place(
  canvas: Picture,
  picture: Picture,
  { left, top, cellSize }: { left: number; top: number; cellSize: number },
): Promise<void> {
  const scale = cellSize / Math.max(picture.width, picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const scaled = await sharp(picture.data, {
    raw: { width: picture.width, height: picture.height, channels: 3 },
    limitInputPixels: false,
  })
    .resize(width, height, { fit: "fill", kernel: "lanczos3" })
    .raw()
    .toBuffer();
  const x = left + Math.floor((cellSize - width) / 2);
  const y = top + Math.floor((cellSize - height) / 2);
  for (let row = 0; row < height; row++) {
    const begin = ((y + row) * canvas.width + x) * 3;
    canvas.data.set(scaled.subarray(row * width * 3, (row + 1) * width * 3), begin);
  }
}

/** Paper over the corners of a place, which rounds whatever lies in it, and a hairline round it. */
function frame(x: number, y: number, side: number, open: boolean): string {
  const radius = clamp(side * 0.03, 3, 12);
  const inside = `M${x + radius} ${y}h${side - 2 * radius}a${radius} ${radius} 0 0 1 ${radius} ${radius}v${side - 2 * radius}a${radius} ${radius} 0 0 1 ${-radius} ${radius}h${2 * radius - side}a${radius} ${radius} 0 0 1 ${-radius} ${-radius}v${2 * radius - side}a${radius} ${radius} 0 0 1 ${radius} ${-radius}Z`;
  const corners = `<path fill="${paper}" fill-rule="evenodd" d="M${x - 1} ${y - 1}h${side + 2}v${side + 2}h${-side - 2}Z${inside}"/>`;
  const filling = open ? openPlace : "none";
  return `${corners}<path fill="${filling}" stroke="#000000" stroke-opacity="0.16" d="${inside}"/>`;
}

function rule(x: number, y: number, width: number): string {
  return `<path stroke="${hairline}" d="M${x} ${y + 0.5}h${width}"/>`;
}

/** The wished height of a capital, or less where the line would be too wide. */
function fitted(text: string, capHeight: number, width: number): number {
  return Math.min(capHeight, (capHeight * width) / Math.max(1, measureLettering(text, capHeight)));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
