/** Where progress goes and what time it is; injected so that tests read it. */
export interface ProgressTarget {
  readonly isTerminal: boolean;
  readonly columns: number;
  write(text: string): void;
  nowMs(): number;
}

/** Progress of one long job. */
export interface Progress {
  /** @param note short figures shown behind the rate (losses, memory) */
  update(done: number, note?: string): void;
  finish(note?: string): void;
}

/** Options of {@link createProgress}. */
export interface ProgressOptions {
  readonly label: string;
  readonly total: number;
  /** What is counted: `steps`, `images`. */
  readonly unit: string;
  /** Where counting starts when the job goes on from an earlier one. */
  readonly from?: number;
  readonly target: ProgressTarget;
}

const PLAIN_INTERVAL_MS = 10_000;
const TERMINAL_INTERVAL_MS = 100;

/** Standard error: a live bar on a terminal, a plain line every ten seconds elsewhere. */
export const standardError: ProgressTarget = {
  isTerminal: process.stderr.isTTY === true,
  columns: process.stderr.columns ?? 80,
  write: (text) => void process.stderr.write(text),
  nowMs: () => performance.now(),
};

/** Shows a job's progress with rate and time left. */
export function createProgress({ label, total, unit, from = 0, target }: ProgressOptions): Progress {
  const startMs = target.nowMs();
  let shownMs = Number.NEGATIVE_INFINITY;
  let last = from;
  let lastNote = "";

  const show = (final: boolean) => {
    const seconds = (target.nowMs() - startMs) / 1000;
    // What the first moment brought says nothing of the rest.
    const rate = seconds >= 0.1 ? (last - from) / seconds : 0;
    const pace = rate > 0 ? `${formatRate(rate)} ${unit}/s` : "";
    const timing = final
      ? `in ${duration(seconds)}`
      : rate > 0
        ? `${duration((total - last) / rate)} left`
        : "";
    const facts = [`${last}/${total} ${unit}`, pace, timing, lastNote].filter(Boolean).join(" · ");
    if (!target.isTerminal) {
      target.write(`${label}  ${facts}\n`);
      return;
    }
    const line = `${label}  ${bar(total > 0 ? last / total : 1)}  ${facts}`;
    target.write(`\r\x1b[2K${line.slice(0, Math.max(20, target.columns - 1))}${final ? "\n" : ""}`);
  };

  return {
    update(done, note = lastNote) {
      last = done;
      lastNote = note;
      const nowMs = target.nowMs();
      if (nowMs - shownMs < (target.isTerminal ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS)) return;
      shownMs = nowMs;
      show(false);
    },
    finish(note = lastNote) {
      lastNote = note;
      show(true);
    },
  };
}

function bar(fraction: number): string {
  const width = 24;
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return "█".repeat(filled) + "░".repeat(width - filled);
}

function formatRate(rate: number): string {
  return rate >= 100 ? rate.toFixed(0) : rate >= 10 ? rate.toFixed(1) : rate.toFixed(2);
}

/** `42 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} min`;
}
