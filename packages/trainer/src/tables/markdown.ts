import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { writeAtomically } from "../checkpoint/atomic-write.ts";
import { ConfigError } from "../errors.ts";
import type { TableResult } from "./result.ts";
import { settingSentence } from "./settings-text.ts";
import { captionOf, orderSentence, textTable } from "./table-text.ts";

/** A picture that goes beside a document. */
export interface DocumentPicture {
  readonly name: string;
  readonly title: string;
  readonly jpeg: Uint8Array;
}

/**
 * Puts tables and pictures into a document, between the two comments that hold their place; the pictures go to `images/`
 * beside it.
 *
 * @throws ConfigError `no_place` when the document cannot be read or lacks the comments
 */
export async function writeIntoMarkdown(
  path: string,
  result: TableResult,
  pictures: readonly DocumentPicture[],
): Promise<void> {
  const recipe = String(result.setting.recipe);
  const document = await readFile(path, "utf8").catch((cause: unknown) => {
    throw noPlace(path, recipe, cause);
  });
  const filled = fillPlace(document, recipe, sectionOf(result, pictures));
  if (filled === undefined) throw noPlace(path, recipe);
  for (const { name, jpeg } of pictures) await writeAtomically(join(dirname(path), "images", name), jpeg);
  await writeAtomically(path, filled);
}

/** A document with what stands between a recipe's comments replaced, or nothing where it has none. */
export function fillPlace(document: string, recipe: string, content: string): string | undefined {
  const { begin, end } = comments(recipe);
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0) return undefined;
  return `${document.slice(0, from + begin.length)}\n\n${content}\n\n${document.slice(to)}`;
}

function comments(recipe: string) {
  return { begin: `<!-- trainer table ${recipe}: begin -->`, end: `<!-- trainer table ${recipe}: end -->` };
}

function sectionOf(result: TableResult, pictures: readonly DocumentPicture[]): string {
  const parts = [settingSentence(result)];
  for (const table of result.tables) {
    const { groups, figures, rows } = textTable(table);
    const headings = ["", ...groups.flatMap((group) => figures.map((figure) => `${group}: ${figure}`))];
    const order = orderSentence(table);
    parts.push(
      `### ${captionOf(table)}`,
      tableOf(
        headings,
        rows.map(({ title, cells }) => [title, ...cells]),
      ),
      ...(order ? [order] : []),
    );
  }
  for (const { name, title } of pictures) parts.push(`### ${title}`, `![${title}](images/${basename(name)})`);
  return parts.join("\n\n");
}

/** A table whose columns also stand one below the other as plain text, as formatters leave it; all but the first are figures. */
function tableOf(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows].map((cells) => cells.map((text) => text.replaceAll("|", "\\|")));
  const widths = headings.map((_, column) => Math.max(4, ...lines.map((cells) => cells[column]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const [head, ...body] = lines.map((cells) =>
    line(
      cells.map((text, column) =>
        column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!),
      ),
    ),
  );
  const rule = line(
    widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)),
  );
  return [head, rule, ...body].join("\n");
}

function noPlace(path: string, recipe: string, cause?: unknown): ConfigError {
  const { begin, end } = comments(recipe);
  return new ConfigError(
    `${path} has no place for these tables; put these two lines into it: ${begin} and ${end}`,
    {
      code: "no_place",
      cause,
    },
  );
}
