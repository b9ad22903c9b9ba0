import sharp from "sharp";
import { labelledGrid } from "../pictures/index.ts";
import type { DocumentPicture } from "./markdown.ts";
import { arrow } from "./result.ts";
import type { TableOutcome } from "./run-table.ts";

/** A grid per direction for a document: a row per method, the same test pictures across. */
export async function documentPictures({ result, galleries }: TableOutcome): Promise<DocumentPicture[]> {
  const { recipe, domains } = result.setting as { recipe: string; domains: { A: string; B: string } };
  return Promise.all(
    galleries.map(async ({ direction, names, rows }) => {
      const title = arrow(domains, direction);
      const grid = await labelledGrid({
        columns: names.map(() => ""),
        rows: rows.map(({ pictures }) => [...pictures]),
        captions: rows.map((row) => row.title),
        cellSize: 128,
      });
      const jpeg = await sharp(grid).jpeg({ quality: 85, mozjpeg: true }).toBuffer();
      return { name: `table-${recipe}-${direction}.jpg`, title, jpeg };
    }),
  );
}
