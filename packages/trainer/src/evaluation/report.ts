import type { MeasuredColumn, MeasuredDirection } from "./evaluate.ts";
import type { EvaluateOptions } from "./evaluate-options.ts";
import { figures } from "./figures.ts";
import type { ReferenceSet } from "./reference-set.ts";
import type { Subject } from "./subject.ts";

/** A figure over the subjects. */
export interface FigureSummary {
  /** Null where it is not defined or endless. */
  readonly mean: number | null;
  /** Over two subjects or more, with the divisor N − 1. */
  readonly deviation?: number | null;
  readonly values: readonly (number | null)[];
}

/** What `trainer evaluate --json` writes. */
export interface EvaluationReport {
  readonly schemaVersion: 1;
  readonly references: Readonly<Record<string, { folder: string; images: number; sha256: string }>>;
  readonly instruments: Readonly<Record<string, Readonly<Record<string, string | number>>>>;
  readonly subjects: readonly {
    readonly path: string;
    readonly method: string;
    readonly seed?: number;
    readonly candidates: readonly { readonly name: string; readonly step?: number }[];
    readonly checkpoints?: Subject["checkpoints"];
  }[];
  readonly directions: readonly {
    readonly name: string;
    readonly from: string;
    readonly to: string;
    readonly columns: Readonly<Record<string, Readonly<Record<string, FigureSummary>>>>;
    readonly leftOut: MeasuredDirection["leftOut"];
  }[];
}

/** Puts an evaluation into the form that is kept; without times, so that equal evaluations are equal files. */
export function reportOf(
  options: EvaluateOptions,
  directions: readonly MeasuredDirection[],
): EvaluationReport {
  const { references, labels, outOfDomain, segmenter, features, domainThreshold, seed } = options;
  const sets = { A: references.A, B: references.B, labels, outOfDomain };
  return {
    schemaVersion: 1,
    references: Object.fromEntries(
      Object.entries(sets).flatMap(([name, set]) => (set ? [[name, describe(set)]] : [])),
    ),
    instruments: {
      ...(segmenter && { segmenter: { folder: segmenter.folder, sha256: segmenter.sha256 } }),
      ...(features && {
        features: { folder: features.folder, sha256: features.sha256, runtime: features.runtime },
      }),
      domainScore: { threshold: domainThreshold },
      kid: { seed },
    },
    subjects: options.subjects.map(({ path, method, seed: ofRun, candidates, checkpoints }) => ({
      path,
      method,
      ...(ofRun !== undefined && { seed: ofRun }),
      candidates: candidates.map(({ name, step }) => ({ name, ...(step !== undefined && { step }) })),
      ...(checkpoints && { checkpoints }),
    })),
    directions: directions.map(({ columns, ...direction }) => ({
      ...direction,
      columns: Object.fromEntries(columns.map((column) => [column.column, summaries(column)])),
    })),
  };
}

function summaries({ figures: values }: MeasuredColumn): Record<string, FigureSummary> {
  // In the table's order.
  const names = [...figures.keys()].filter((name) => values[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, summarize(values[name]!)]));
}

/** Mean and, from two values on, the deviation with the divisor N − 1. */
export function summarize(values: readonly number[]): FigureSummary {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return {
    mean: finite(mean),
    ...(values.length > 1 && { deviation: finite(Math.sqrt(variance)) }),
    values: values.map(finite),
  };
}

function describe({ folder, files, sha256 }: ReferenceSet) {
  return { folder, images: files.length, sha256 };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
