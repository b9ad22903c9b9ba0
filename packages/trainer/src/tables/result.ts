import { figures as definitions, type FigureDefinition } from "../evaluation/figures.ts";
import { type FigureSummary, summarize } from "../evaluation/report.ts";
import type { DirectionName } from "../models/trained-model.ts";
import { type Agreement, agreementOf } from "./agreement.ts";
import { type Contestant, titleOf } from "./contestants.ts";
import type { Experiment } from "./experiment.ts";
import type { Instruments, MeasuredRun } from "./measure-run.ts";
import { paperTables } from "./paper-tables.ts";
import type { PlannedRun } from "./plan.ts";

/** A run that came to its end, and its figures where its losses stayed finite. */
export interface FinishedRun {
  readonly run: PlannedRun;
  readonly measured?: MeasuredRun;
}

/** A figure per column of a table; absent where it was not taken. */
export type Cells = readonly (FigureSummary | null)[];

/** A row of a table. */
export interface ResultRow {
  readonly name: string;
  readonly title: string;
  readonly paper?: readonly number[];
  readonly last?: Cells;
  readonly best?: Cells;
  /** Runs whose losses were no longer finite; they count in no figure. */
  readonly diverged?: number;
}

/** A table, ours beside the paper's where the paper has one. */
export interface ResultTable {
  readonly title: string;
  /** The paper's. */
  readonly number?: number;
  readonly direction: DirectionName;
  readonly figures: readonly string[];
  readonly rows: readonly ResultRow[];
  /** Per figure: pairs of the paper's rows that the last checkpoints put into the same order. */
  readonly agreement?: readonly Agreement[];
}

/** What `trainer table` leaves in `table.json`: no times and no paths, so that equal tables are equal files. */
export interface TableResult {
  readonly schemaVersion: 1;
  readonly setting: Readonly<Record<string, unknown>>;
  readonly seeds: number;
  readonly references: Readonly<Record<string, { readonly images: number; readonly sha256: string }>>;
  readonly instruments: Readonly<Record<string, string>>;
  readonly runs: readonly {
    readonly name: string;
    readonly method: string;
    readonly objective: string;
    /** Where it is on. */
    readonly identityWeight?: number;
    readonly seed: number;
    readonly checkpoints: MeasuredRun["checkpoints"] | "diverged";
  }[];
  readonly tables: readonly ResultTable[];
}

/** Puts finished runs into tables. */
export function resultOf(
  { setting }: Experiment,
  {
    chosen,
    seeds,
    runs,
    instruments,
  }: {
    readonly chosen: readonly Contestant[];
    readonly seeds: number;
    readonly runs: readonly FinishedRun[];
    readonly instruments: Instruments;
  },
): TableResult {
  const { data, ...lasting } = setting;
  const drawn = Object.fromEntries(Object.entries(data).filter(([, value]) => typeof value === "number"));
  const { references, segmenter, features } = instruments;
  const book = new Figures(runs);
  const labelled = instruments.labelDomain !== undefined;
  const tables = (["a2b", "b2a"] as const).flatMap((direction) => [
    ...(labelled ? [] : likenessTables(book, chosen, setting, direction)),
    ...limitTables(book, chosen, setting, direction),
  ]);
  return {
    schemaVersion: 1,
    setting: { ...lasting, ...(Object.keys(drawn).length > 0 && { data: drawn }) },
    seeds,
    references: Object.fromEntries(
      Object.entries(references).map(([name, { files, sha256 }]) => [name, { images: files.length, sha256 }]),
    ),
    instruments: {
      ...(segmenter && { segmenter: segmenter.sha256 }),
      ...(features && { features: features.sha256 }),
    },
    runs: runs.map(({ run: { name, contestant, seed }, measured }) => ({
      ...{ name, method: contestant.method, objective: contestant.objective, seed },
      ...(contestant.identityWeight > 0 && { identityWeight: contestant.identityWeight }),
      checkpoints: measured?.checkpoints ?? "diverged",
    })),
    tables: [...(labelled ? labelTables(book, chosen) : []), ...tables],
  };
}

function labelTables(book: Figures, chosen: readonly Contestant[]): ResultTable[] {
  return paperTables.map(({ number, title, direction, figures, rows }) => {
    const named = rows.map(({ contestant, figures: paper }) => ({
      ...book.row(contestant, direction, figures),
      ...(paper && { paper }),
    }));
    // Rows the paper has not: methods that came after it.
    const ablation = number > 3;
    const others = chosen.filter(
      ({ name, objective }) =>
        !ablation && objective === "full" && !rows.some(({ contestant }) => contestant === name),
    );
    const all = [...named, ...others.map(({ name }) => book.row(name, direction, figures))];
    const agreement = figures.map((_, column) =>
      agreementOf(all.map(({ paper, last }) => ({ paper: paper?.[column], ours: last?.[column]?.mean }))),
    );
    return {
      ...{ number, title, direction, figures, agreement },
      rows: [...all, ...book.baselines(direction, figures)],
    };
  });
}

/** How near translations come to the truth where it is known, and to the target domain. */
function likenessTables(
  book: Figures,
  chosen: readonly Contestant[],
  { domains }: Experiment["setting"],
  direction: DirectionName,
): ResultTable[] {
  const figures = ["l1", "psnr", "ssim", "fid", "kid"].filter((name) => book.has(direction, name));
  if (figures.length === 0) return [];
  const rows = chosen.map(({ name }) => book.row(name, direction, figures));
  return [
    {
      title: `${figures.includes("l1") ? "Against the true counterparts" : "Likeness to the domain"}, ${arrow(domains, direction)}`,
      ...{ direction, figures },
      rows: [...rows, ...book.baselines(direction, figures)],
    },
  ];
}

/** What the paper says its method cannot do: move outlines, and pictures unlike the training's. */
function limitTables(
  book: Figures,
  chosen: readonly Contestant[],
  { domains }: Experiment["setting"],
  direction: DirectionName,
): ResultTable[] {
  const figures = ["shapeChange", "shapeChangeByChance", "cycleL1", "domainAuc"].filter((name) =>
    book.has(direction, name),
  );
  const rows = chosen.map(({ name }) => book.row(name, direction, figures));
  return figures.length > 0
    ? [{ title: `Shape, cycle and domain, ${arrow(domains, direction)}`, direction, figures, rows }]
    : [];
}

export function arrow({ A, B }: { A: string; B: string }, direction: DirectionName): string {
  return direction === "a2b" ? `${A} → ${B}` : `${B} → ${A}`;
}

/** A figure's title, digits and better end. */
export function definitionOf(name: string): FigureDefinition {
  return definitions.get(name)!;
}

/** Figures of all runs, found by contestant, direction and column. */
class Figures {
  readonly #runs: readonly FinishedRun[];

  constructor(runs: readonly FinishedRun[]) {
    this.#runs = runs;
  }

  has(direction: DirectionName, figure: string): boolean {
    return this.#columns(this.#runs, direction, "last").some((figures) => figure in figures);
  }

  row(contestant: string, direction: DirectionName, figures: readonly string[]): ResultRow {
    const own = this.#runs.filter(({ run }) => run.contestant.name === contestant);
    const cells = (column: string) => this.#cells(own, direction, column, figures);
    const diverged = own.filter(
      ({ run, measured }) => !measured && (run.only === undefined || run.only === direction),
    ).length;
    const [last, best] = [cells("last"), cells("best")];
    return {
      name: contestant,
      title: own[0]?.run.contestant.title ?? titleOf(contestant),
      ...(last && { last }),
      ...(best && { best }),
      ...(diverged > 0 && { diverged }),
    };
  }

  /** The untranslated input and, where taken, the real pictures; no seed changes them. */
  baselines(direction: DirectionName, figures: readonly string[]): ResultRow[] {
    return (["untranslated", "real"] as const).flatMap((name) => {
      const own = this.#runs.find(({ measured }) =>
        measured?.directions.some((one) => one.name === direction && one.columns[name]),
      );
      const last = own && this.#cells([own], direction, name, figures);
      if (!last?.some(Boolean)) return [];
      const title = name === "real" ? "real photographs" : "untranslated input";
      return [{ name, title, last }];
    });
  }

  #cells(
    runs: readonly FinishedRun[],
    direction: DirectionName,
    column: string,
    figures: readonly string[],
  ): Cells | undefined {
    const found = this.#columns(runs, direction, column);
    if (found.length === 0) return undefined;
    return figures.map((figure) =>
      found.every((one) => figure in one) ? summarize(found.map((one) => one[figure] ?? Number.NaN)) : null,
    );
  }

  #columns(
    runs: readonly FinishedRun[],
    direction: DirectionName,
    column: string,
  ): Readonly<Record<string, number | null>>[] {
    return runs.flatMap(({ measured }) => {
      const found = measured?.directions.find(({ name }) => name === direction)?.columns[column];
      return found ? [found] : [];
    });
  }
}
