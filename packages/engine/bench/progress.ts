/** Where progress goes: a terminal gets one line rewritten, anything else a line per stage. */
export interface ProgressTarget {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Says what is being done and how long the rest will take. */
export interface Progress {
  /** Names what comes next and the seconds it should take; what was before it is done. */
  stage(label: string, seconds: number): void;
  /** Counts work of this stage as done, in seconds it should have taken. */
  advance(seconds: number): void;
  /** Takes the line away, before something else is printed. */
  clear(): void;
}

/** Options of {@link createProgress}. */
export interface ProgressOptions {
  /** How long all stages should take together; how fast this machine is shows as they go on. */
  readonly seconds: number;
  readonly target?: ProgressTarget;
  /** A clock that does not go back. */
  readonly nowMs?: () => number;
}

/** Shows stages, the part of the work that is done, and an estimate of the time left. */
export function createProgress({
  seconds: total,
  target = process.stderr,
  nowMs = () => performance.now(),
}: ProgressOptions): Progress {
  const beganMs = nowMs();
  let finished = 0;
  let current = { label: "", seconds: 0, done: 0 };
  const show = (isNew: boolean) => {
    const elapsed = (nowMs() - beganMs) / 1000;
    const done = finished + Math.min(current.done, current.seconds);
    const fraction = total > 0 ? Math.min(1, done / total) : 1;
    // At the beginning the plan knows better than what was measured so far.
    const pace = (elapsed + PATIENCE) / (done + PATIENCE);
    const left = duration(Math.max(0, total - done) * pace);
    const line = `${Math.floor(fraction * 100)} %, ${duration(elapsed)}, ${left} left: ${current.label}`;
    if (target.isTTY) target.write(`\r\x1b[K${line}`);
    else if (isNew) target.write(`${line}\n`);
  };
  return {
    stage(label, seconds) {
      finished += current.seconds;
      current = { label, seconds, done: 0 };
      show(true);
    },
    advance(seconds) {
      current.done += seconds;
      show(false);
    },
    clear() {
      if (target.isTTY) target.write("\r\x1b[K");
    },
  };
}

/** Seconds the plan's pace counts for beside the measured one. */
const PATIENCE = 15;

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
