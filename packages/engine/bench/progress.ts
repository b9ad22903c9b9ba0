/** Where progress goes: a terminal gets one line rewritten, anything else a line per stage. */
export interface ProgressTarget {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Says what is being done and how long the rest will take. */
export interface Progress {
  /** Names what comes next. */
  stage(label: string): void;
  /** Counts work done, in the units of the total. */
  advance(units: number): void;
  /** Takes the line away, before something else is printed. */
  clear(): void;
}

/**
 * Progress over a known amount of work, with an estimate of the time left from the time it took so far.
 *
 * @param nowMs a clock that does not go back
 */
export function createProgress(
  totalUnits: number,
  {
    target = process.stderr,
    nowMs = () => performance.now(),
  }: { target?: ProgressTarget; nowMs?: () => number } = {},
): Progress {
  const beganMs = nowMs();
  let done = 0;
  let label = "";
  const show = (newStage: boolean) => {
    const elapsedMs = nowMs() - beganMs;
    const fraction = Math.min(1, done / totalUnits);
    const left = fraction > 0.01 ? `, ${duration((elapsedMs * (1 - fraction)) / fraction)} left` : "";
    const line = `${Math.floor(fraction * 100)} % after ${duration(elapsedMs)}${left}: ${label}`;
    if (target.isTTY) target.write(`\r\x1b[K${line}`);
    else if (newStage) target.write(`${line}\n`);
  };
  return {
    stage(next) {
      label = next;
      show(true);
    },
    advance(units) {
      done += units;
      show(false);
    },
    clear() {
      if (target.isTTY) target.write("\r\x1b[K");
    },
  };
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
