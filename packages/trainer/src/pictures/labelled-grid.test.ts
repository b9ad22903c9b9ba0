import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { Picture } from "../data/picture.ts";
import { labelledGrid } from "./labelled-grid.ts";

function flat(red: number, green: number, blue: number, width = 16, height = 16): Picture {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => [red, green, blue][index % 3]!);
  return { width, height, data };
}

async function decode(png: Uint8Array) {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
  ];
  const find = (colour: number[]) => {
    for (let index = 0; index < data.length; index += 3) {
      if (colour.every((value, channel) => Math.abs(data[index + channel]! - value) < 3)) return index / 3;
    }
    return -1;
  };
  return { width: info.width, height: info.height, channels: info.channels, at, find };
}

const columns = ["Input", "Translated"];
const rows = [[flat(200, 0, 0), flat(0, 160, 0)]];

describe("labelledGrid", () => {
  it("places every picture at the cell size in reading order", async () => {
    const { width, at, find, channels } = await decode(await labelledGrid({ columns, rows, cellSize: 64 }));
    expect(channels).toBe(3);
    const red = find([200, 0, 0]);
    const green = find([0, 160, 0]);
    const [redX, redY] = [red % width, Math.floor(red / width)];
    expect(Math.floor(green / width)).toBe(redY);
    expect((green % width) - redX).toBe(64 + 4);
    expect(at(redX + 30, redY + 60)).toEqual([200, 0, 0]);
    expect(at(redX + 68 + 30, redY + 30)).toEqual([0, 160, 0]);
  });

  it("writes headings, title, captions and footnote as ink, each in room of its own", async () => {
    const bare = await decode(await labelledGrid({ columns: ["", ""], rows, cellSize: 64 }));
    let height = bare.height;
    for (const more of [
      { columns },
      { title: "Seasons" },
      { captions: ["summer → winter"] },
      { footnote: "L1 0.12" },
    ]) {
      const grid = await decode(await labelledGrid({ columns: ["", ""], rows, cellSize: 64, ...more }));
      expect(grid.height).toBeGreaterThan(bare.height);
      height += grid.height - bare.height;
    }
    const all = { columns, title: "Seasons", captions: ["summer → winter"], footnote: "L1 0.12" };
    const full = await decode(await labelledGrid({ rows, cellSize: 64, ...all }));
    expect(Math.abs(full.height - height)).toBeLessThanOrEqual(3);
  });

  it("keeps a picture's shape and leaves open places open", async () => {
    const grid = await labelledGrid({ columns, rows: [[flat(200, 0, 0, 32, 16), undefined]], cellSize: 64 });
    const { width, at, find } = await decode(grid);
    const red = find([200, 0, 0]);
    const [x, y] = [red % width, Math.floor(red / width)];
    expect(at(x + 32, y + 31)).toEqual([200, 0, 0]);
    expect(at(x + 32, y + 34)).not.toEqual([200, 0, 0]);
    expect(Math.min(...at(x + 68 + 30, y + 10))).toBeGreaterThan(220);
  });

  it("keeps long headings within their column", async () => {
    const grid = await labelledGrid({
      columns: ["W".repeat(80), "b"],
      rows,
      cellSize: 64,
      title: "T".repeat(200),
    });
    expect((await decode(grid)).width).toBe(2 * 20 + 2 * 64 + 4);
  });

  it.each([
    { columns: [], named: "0 columns" },
    { rows: [], named: "0 rows" },
    { rows: [[flat(0, 0, 0)]], named: "1 pictures for 2 columns" },
    { cellSize: 8, named: "cell size is 8" },
    { cellSize: 1024, rows: Array.from({ length: 64 }, () => rows[0]!), named: "too large" },
  ])("refuses when $named", async ({ named, ...wrong }) => {
    await expect(labelledGrid({ columns, rows, ...wrong })).rejects.toThrow(named);
  });
});
