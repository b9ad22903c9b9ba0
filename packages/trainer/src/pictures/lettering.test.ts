import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { glyphs } from "./glyphs.ts";
import { lettering, measureLettering } from "./lettering.ts";

async function inked(text: string): Promise<number> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="60">${lettering(text, { x: 10, y: 40, capHeight: 24, colour: "#000" })}</svg>`;
  const { data } = await sharp(Buffer.from(svg))
    .flatten({ background: "#fff" })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return data.filter((value) => value < 128).length;
}

describe("lettering", () => {
  it("draws every printable ASCII character, without asking for a font", async () => {
    for (let code = 33; code < 127; code++) {
      const character = String.fromCharCode(code);
      expect(glyphs[character], character).toBeDefined();
      expect(await inked(character), character).toBeGreaterThan(4);
    }
    expect(lettering("Input", { x: 0, y: 10, capHeight: 10, colour: "#000" })).not.toContain("<text");
  });

  it("measures what it draws", async () => {
    expect(measureLettering("HH", 10)).toBeCloseTo(6.6 + 2.5 + 6.6);
    expect(measureLettering("HH", 20)).toBeCloseTo(2 * measureLettering("HH", 10));
    expect(measureLettering("", 10)).toBe(0);
  });

  it("drops accents it lacks and boxes what it does not know", async () => {
    expect(measureLettering("été", 10)).toBe(measureLettering("ete", 10));
    expect(await inked("語")).toBeGreaterThan(8);
  });

  it("stays well-formed whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 30 }), (text) => {
        const svg = lettering(text, { x: 0, y: 10, capHeight: 10, colour: "#000" });
        expect(svg).toMatch(/^<g [^<>]*>(<path transform="translate\([\d.]+ 0\)" d="[-\w .]+"\/>)*<\/g>$/);
      }),
    );
  });
});
