import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renderLabels } from "../seasons/index.ts";
import { IGNORED } from "./metrics/confusion-matrix.ts";
import { classesOf, type Palette, readPalette, resizeClasses, seasonsPalette } from "./palette.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "palette-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const palette: Palette = {
  classes: [
    { name: "red", colour: [255, 0, 0] },
    { name: "blue", colour: [0, 0, 255] },
  ],
  ignored: [[0, 0, 0]],
};
const picture = { width: 3, height: 1, data: Uint8Array.of(200, 40, 30, 10, 0, 140, 10, 10, 0) };

describe("classesOf", () => {
  it("takes the nearest colour, and reads ignored ones in ground truth alone", () => {
    expect([...classesOf(picture, palette, { withIgnored: true })]).toEqual([0, 1, IGNORED]);
    expect([...classesOf(picture, palette, { withIgnored: false })]).toEqual([0, 1, 0]);
  });

  it("reads back what the synthetic scenes drew", () => {
    const { classes, colours } = renderLabels({ seed: 3, size: 32 });
    const drawn = { width: 32, height: 32, data: colours };
    expect(classesOf(drawn, seasonsPalette, { withIgnored: true })).toEqual(classes);
  });
});

it("resizeClasses takes the ids at the new pixels' centres and makes up none", () => {
  const ids = Uint8Array.of(1, 2, 3, 4);
  const square = { width: 2, height: 2 };
  expect([...resizeClasses(ids, square, { width: 4, height: 2 })]).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  expect([...resizeClasses(ids, square, { width: 1, height: 1 })]).toEqual([4]);
});

describe("readPalette", () => {
  it("reads what it is given", async () => {
    const path = join(directory, "classes.json");
    await writeFile(path, JSON.stringify(palette));
    expect(await readPalette(path)).toEqual(palette);
  });

  it.each([
    ["not JSON", "{", /not JSON/],
    ["one class", JSON.stringify({ classes: palette.classes.slice(1) }), /classes/],
    ["a colour out of range", JSON.stringify({ ...palette, ignored: [[0, 0, 256]] }), /ignored\.0\.2/],
  ])("refuses %s", async (_, text, message) => {
    const path = join(directory, "classes.json");
    await writeFile(path, text);
    const failure = await readPalette(path).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "invalid_palette", message: expect.stringMatching(message) });
  });

  it("refuses a file that is not there", async () => {
    await expect(readPalette(join(directory, "none.json"))).rejects.toThrow(/none\.json.*cannot be read/);
  });
});
