/** Figures of a stretch of training, as a line of the run's `metrics.jsonl` holds them. */
export interface Figures {
  /** Last step of the stretch, counted from 1. */
  readonly step: number;
  readonly learningRate: number;
  readonly stepsPerSecond: number;
  readonly residentBytes: number;
  /** Mean of every loss term over the stretch. */
  readonly losses: Readonly<Record<string, number>>;
}
