import type { FigureSummary } from "../evaluation/report.ts";
import { definitionOf, type ResultRow, type ResultTable, type TableResult } from "./result.ts";

/** A table's cells as text, in groups of columns by where the figures come from. */
export interface TextTable {
  /** `paper`, `last` and `best`, as far as anybody has a figure there. */
  readonly groups: readonly string[];
  /** Headings within every group. */
  readonly figures: readonly string[];
  readonly rows: readonly {
    readonly title: string;
    readonly name: string;
    readonly cells: readonly string[];
  }[];
}

const sources = {
  paper: ({ paper }: ResultRow, column: number) => paperCell(paper?.[column]),
  last: ({ last }: ResultRow, column: number, figure: string) => cell(last?.[column], figure),
  best: ({ best }: ResultRow, column: number, figure: string) => cell(best?.[column], figure),
};

/** Lays a table out as text. */
export function textTable({ figures, rows }: ResultTable): TextTable {
  const groups = (Object.keys(sources) as (keyof typeof sources)[]).filter((source) =>
    rows.some((row) => row[source] !== undefined),
  );
  return {
    groups,
    figures: figures.map(shortTitle),
    rows: rows.map((row) => ({
      name: row.name,
      title: row.diverged ? `${row.title} (diverged${row.last ? ` ×${row.diverged}` : ""})` : row.title,
      cells: groups.flatMap((source) =>
        figures.map((figure, column) => sources[source](row, column, figure)),
      ),
    })),
  };
}

/** Headings of tables, short: columns stand beside the paper's. */
function shortTitle(figure: string): string {
  const short: Readonly<Record<string, string>> = {
    fcnPixelAccuracy: "per-pixel",
    fcnClassAccuracy: "per-class",
    fcnClassIou: "IoU",
    labelPixelAccuracy: "per-pixel",
    labelClassAccuracy: "per-class",
    labelClassIou: "IoU",
    shapeChangeByChance: "by chance",
    domainAuc: "domain AUC",
  };
  return short[figure] ?? definitionOf(figure).title;
}

/** The tables as lines for a terminal. */
export function linesOf({ tables }: TableResult): string[] {
  return tables.flatMap((table) => {
    const { groups, figures, rows } = textTable(table);
    const heads = [
      ["", ...groups.flatMap((group) => figures.map((_, index) => (index === 0 ? group : "")))],
      ["", ...groups.flatMap(() => figures)],
    ];
    const all = [...heads, ...rows.map(({ title, cells }) => [title, ...cells])];
    const widths = heads[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
    const line = (row: readonly string[]) =>
      row
        .map((text, column) => {
          if (column === 0) return text.padEnd(widths[0]!);
          const gap = (column - 1) % figures.length === 0 ? " │ " : "  ";
          return gap + (row === heads[0] ? text.padEnd(widths[column]!) : text.padStart(widths[column]!));
        })
        .join("");
    const order = orderSentence(table);
    return [
      "",
      captionOf(table),
      ...all.map((row) => `  ${line(row).trimEnd()}`),
      ...(order ? [`  ${order}`] : []),
    ];
  });
}

/** `Table 2. FCN scores, labels → photo`. */
export function captionOf({ number, title }: ResultTable): string {
  return number === undefined ? title : `Table ${number}. ${title}`;
}

/** How far the order of methods agrees with the paper's, where there is anything to compare. */
export function orderSentence({ agreement, figures }: ResultTable): string | undefined {
  if (!agreement || agreement.every(({ pairs }) => pairs === 0)) return undefined;
  const parts = agreement.map(
    ({ agreeing, pairs }, column) => `${agreeing} of ${pairs} by ${shortTitle(figures[column]!)}`,
  );
  return `Pairs of methods in the paper's order: ${parts.join(", ")}.`;
}

function paperCell(figure: number | undefined): string {
  return figure === undefined ? "" : figure.toFixed(2);
}

function cell(summary: FigureSummary | null | undefined, figure: string): string {
  if (!summary) return "";
  const { digits } = definitionOf(figure);
  if (summary.mean === null) return "–";
  const spread = typeof summary.deviation === "number" ? ` ± ${summary.deviation.toFixed(digits)}` : "";
  return `${summary.mean.toFixed(digits)}${spread}`;
}
