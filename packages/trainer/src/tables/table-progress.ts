import { duration, type ProgressTarget } from "../cli/progress.ts";

/** A stage of a table: data, a network, a run, figures. */
export interface Stage {
  readonly label: string;
  /** Rough cost; only shares count. */
  readonly cost: number;
  /** Units within it, such as steps. */
  readonly units: number;
  readonly unit: string;
}

/** Shows how far a whole table is. */
export interface TableProgress {
  /** Begins the next stage. @param done units that earlier calls did */
  begin(stage: number): void;
  /** @param done units of the stage under way; the first call after `begin` may start above 0 */
  update(done: number): void;
  finish(): void;
}

const PLAIN_INTERVAL_MS = 10_000;
const TERMINAL_INTERVAL_MS = 200;
const BAR_WIDTH = 20;

/** Progress over stages of different cost, with the time left for all of them by the pace of this session. */
export function createTableProgress(stages: readonly Stage[], target: ProgressTarget): TableProgress {
  const startMs = target.nowMs();
  const total = stages.reduce((sum, { cost }) => sum + cost, 0);
  const before = stages.map((_, index) => stages.slice(0, index).reduce((sum, { cost }) => sum + cost, 0));
  let current = 0;
  let first: number | undefined;
  let done = 0;
  let skipped = 0;
  let shownMs = Number.NEGATIVE_INFINITY;
  let stageMs = startMs;

  const position = () => {
    const { cost, units } = stages[current]!;
    return before[current]! + (cost * done) / Math.max(1, units);
  };
  const show = (final: boolean) => {
    const { label, units, unit } = stages[current]!;
    const nowMs = target.nowMs();
    const worked = position() - skipped;
    const elapsed = (nowMs - startMs) / 1000;
    const left = worked > 0 && elapsed > 1 ? (elapsed * (total - position())) / worked : undefined;
    const seconds = (nowMs - stageMs) / 1000;
    const rate = seconds > 0 ? (done - (first ?? 0)) / seconds : 0;
    const facts = final
      ? [`done in ${duration(elapsed)}`]
      : [
          `${current + 1}/${stages.length} ${label}`,
          ...(units > 1 ? [`${done}/${units} ${unit}`] : []),
          ...(units > 1 && rate > 0 ? [`${rate.toFixed(1)} ${unit}/s`] : []),
          ...(left === undefined ? [] : [`${duration(left)} left in all`]),
        ];
    const text = facts.join(" · ");
    if (!target.isTerminal) return target.write(`Table  ${text}\n`);
    const filled = Math.round((BAR_WIDTH * (final ? total : position())) / total);
    const line = `Table  ${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)}  ${text}`;
    target.write(`\r\x1b[2K${line.slice(0, Math.max(20, target.columns - 1))}${final ? "\n" : ""}`);
  };

  return {
    begin(stage) {
      current = stage;
      first = undefined;
      done = 0;
      stageMs = target.nowMs();
    },
    update(units) {
      if (first === undefined) {
        // What an earlier session did says nothing of this one's pace.
        first = units;
        const { cost, units: all } = stages[current]!;
        skipped += (cost * units) / Math.max(1, all);
      }
      done = units;
      const nowMs = target.nowMs();
      if (nowMs - shownMs < (target.isTerminal ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS)) return;
      shownMs = nowMs;
      show(false);
    },
    finish: () => show(true),
  };
}
