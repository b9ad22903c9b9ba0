import { figures } from "./figures.ts";
import type { EvaluationReport, FigureSummary } from "./report.ts";

/** The report as lines for a terminal: what was measured against what, then one block per direction. */
export function tableOf(report: EvaluationReport): string[] {
  const lines = Object.entries(report.references).map(
    ([name, { folder, images, sha256 }]) =>
      `${name}: ${folder} (${images} pictures, sha256 ${sha256.slice(0, 16)}…)`,
  );
  for (const subject of report.subjects) lines.push(describeSubject(subject));
  for (const { name, from, to, columns, leftOut } of report.directions) {
    lines.push("", `${name}: ${from} → ${to}`);
    lines.push(...blockOf(columns));
    for (const [metric, why] of Object.entries(leftOut)) lines.push(`  without ${metric}: ${why}`);
  }
  return lines;
}

function describeSubject({
  path,
  method,
  seed,
  candidates,
  checkpoints,
}: EvaluationReport["subjects"][number]): string {
  const seeded = seed === undefined ? "" : `, seed ${seed}`;
  const steps = candidates.map(({ name, step }) => (step === undefined ? name : `${name} at step ${step}`));
  const kept =
    checkpoints === undefined
      ? ""
      : ` (best of the ${checkpoints.length} checkpoint${checkpoints.length === 1 ? "" : "s"} kept, by the training distance)`;
  return `${path}: ${method}${seeded}; ${steps.join(", ")}${kept}`;
}

function blockOf(columns: EvaluationReport["directions"][number]["columns"]): string[] {
  const heads = Object.keys(columns);
  const names = [...figures.keys()].filter((name) => heads.some((head) => columns[head]![name]));
  const rows = names.map((name) => {
    const { title, better, digits } = figures.get(name)!;
    const arrow = better === undefined ? " " : better === "higher" ? "↑" : "↓";
    return [`${title} ${arrow}`, ...heads.map((head) => cell(columns[head]![name], digits))];
  });
  const table = [["", ...heads], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map(
    (row) =>
      `  ${row.map((text, column) => (column === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[column]!))).join("  ")}`,
  );
}

function cell(summary: FigureSummary | undefined, digits: number): string {
  if (!summary) return "";
  const { mean, deviation } = summary;
  if (mean === null) return "–";
  const spread =
    deviation === undefined ? "" : deviation === null ? " ± –" : ` ± ${deviation.toFixed(digits)}`;
  return `${mean.toFixed(digits)}${spread}`;
}
