/** How a run stands. */
export type RunState = "training" | "finished" | "stopped" | "diverged" | "failed";

/** How a call of the training loop ended. */
export interface RunEnding {
  readonly state: Exclude<RunState, "training">;
  /** Last step done, where the loop knows it. */
  readonly step?: number;
  /** What went wrong and what to try. */
  readonly message?: string;
}
