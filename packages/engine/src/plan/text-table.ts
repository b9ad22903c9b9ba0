/** One column of a table: its title, what it says of a row, and the side its cells are flush with. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row, index: number) => string;
  readonly align?: "left" | "right";
}

const GAP = "  ";

/** Rows as aligned lines under a line of titles; columns without any text are left out. */
export function textTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const shown = columns
    .map(({ title, cell, align = "left" }) => ({ title, align, cells: rows.map(cell) }))
    .filter(({ cells }) => cells.some((text) => text !== ""));
  const widths = shown.map(({ title, cells }) => Math.max(...[title, ...cells].map(width)));
  const line = (text: (column: (typeof shown)[number]) => string) =>
    shown
      .map((column, index) => {
        const space = " ".repeat(widths[index]! - width(text(column)));
        return column.align === "right" ? space + text(column) : text(column) + space;
      })
      .join(GAP)
      .trimEnd();
  return [line(({ title }) => title), ...rows.map((_, index) => line(({ cells }) => cells[index]!))];
}

/** Characters as a reader counts them, which is near enough to the columns a terminal gives them. */
function width(text: string): number {
  return [...text].length;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar that fills `columns` characters at a fraction of 1, to an eighth of a character. */
export function bar(fraction: number, columns: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, fraction)) * columns * 8);
  return "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}
