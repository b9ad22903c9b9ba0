import { glyphs, missingGlyph } from "./glyphs.ts";

export interface LetteringOptions {
  /** Left end of the line, or its middle or right end as `anchor` says; pixels. */
  readonly x: number;
  /** Baseline, in pixels. */
  readonly y: number;
  /** Height of a capital, in pixels. */
  readonly capHeight: number;
  readonly colour: string;
  /** Thickness of the pen as a share of the capital's height. */
  readonly weight?: number;
  readonly anchor?: "start" | "middle" | "end";
}

const letterSpacing = 2.5;
const wordSpacing = 3.9;

/** Width in pixels of a line of lettering. */
export function measureLettering(text: string, capHeight: number): number {
  let width = 0;
  for (const character of spell(text)) width += advance(character);
  return (Math.max(0, width - letterSpacing) * capHeight) / 10;
}

/** A line of text as SVG strokes, which need no font. */
export function lettering(
  text: string,
  { x, y, capHeight, colour, weight = 0.125, anchor = "start" }: LetteringOptions,
): string {
  const width = measureLettering(text, capHeight);
  const share = { start: 0, middle: 0.5, end: 1 }[anchor];
  // Half a pen to the right, so that the ink begins at x and not its middle.
  const left = x - width * share + weight * capHeight * (0.5 - share);
  const scale = capHeight / 10;
  let pen = 0;
  let strokes = "";
  for (const character of spell(text)) {
    if (character !== " ") {
      const [, path] = glyphs[character] ?? missingGlyph;
      strokes += `<path transform="translate(${round(pen)} 0)" d="${path}"/>`;
    }
    pen += advance(character);
  }
  const place = `translate(${round(left)} ${round(y - capHeight)}) scale(${round(scale)})`;
  return `<g transform="${place}" fill="none" stroke="${colour}" stroke-width="${round(weight * 10)}" stroke-linecap="round" stroke-linejoin="round">${strokes}</g>`;
}

function advance(character: string): number {
  if (character === " ") return wordSpacing;
  return (glyphs[character] ?? missingGlyph)[0] + letterSpacing;
}

/** The characters to draw: accents the alphabet lacks fall away, every kind of space is one. */
function spell(text: string): string[] {
  return [...text.normalize("NFC")].flatMap((character) => {
    if (/\s/u.test(character)) return [" "];
    if (glyphs[character] !== undefined) return [character];
    return [...character.normalize("NFD")].filter((part) => !/\p{M}/u.test(part));
  });
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
