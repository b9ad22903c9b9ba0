import { type ContestantName, contestantNames } from "./contestants/contestant.ts";

/** How often one model is run, and about how many seconds what takes; the seconds are only for the time left. */
export interface Schedule {
  readonly rounds: number;
  /** Fresh processes the engine is started in. */
  readonly coldStarts: number;
  /** Least time of running before a contestant counts as warm. */
  readonly warmUpMs: number;
  /** Whether tfjs's `cpu` backend judges in bearable time. */
  readonly cpuJudges: boolean;
  readonly judgeSeconds: number;
  startSeconds(contestant: ContestantName): number;
  runSeconds(contestant: ContestantName): number;
  readonly raceSeconds: number;
}

/** Above this many multiply-adds a run takes seconds, and fewer of them have to do. */
const LARGE_MULTIPLY_ADDS = 10e9;

const WARM_UP_MS = 1_500;

const SECONDS_PER_GMAC: Readonly<Record<ContestantName, number>> = {
  engine: 0.03,
  engineFloat: 0.08,
  onnxruntime: 0.11,
  tfjs: 0.15,
};

/** Plans the runs of a model of so many multiply-adds. */
export function schedule(multiplyAdds: number, rounds?: number): Schedule {
  const gmacs = multiplyAdds / 1e9;
  const large = multiplyAdds > LARGE_MULTIPLY_ADDS;
  const planned = rounds ?? (large ? 5 : 25);
  const coldStarts = large ? 2 : 5;
  const runSeconds = (name: ContestantName) => SECONDS_PER_GMAC[name] * gmacs;
  const warmUpSeconds = (name: ContestantName) => Math.max(WARM_UP_MS / 1000, runSeconds(name));
  return {
    rounds: planned,
    coldStarts,
    warmUpMs: WARM_UP_MS,
    cpuJudges: !large,
    judgeSeconds: large ? 0.65 * gmacs : 8 + 2.4 * gmacs,
    startSeconds: (name) => (name === "engine" ? coldStarts : 1) * (0.7 + 1.5 * runSeconds(name)),
    runSeconds,
    raceSeconds: contestantNames.reduce(
      (sum, name) => sum + warmUpSeconds(name) + (planned + 1) * runSeconds(name),
      0,
    ),
  };
}

/** Seconds a model should take altogether. */
export function scheduledSeconds(
  { judgeSeconds, startSeconds, raceSeconds }: Schedule,
  runtimes: number,
): number {
  const starts = contestantNames.reduce((sum, name) => sum + startSeconds(name), 0);
  return judgeSeconds + runtimes * (starts + raceSeconds);
}
