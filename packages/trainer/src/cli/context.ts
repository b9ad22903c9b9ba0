import type { ProgressTarget } from "./progress.ts";

/** What a command gets from the world outside. */
export interface CliContext {
  /** Folder relative paths start from. */
  readonly directory: string;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** A line for standard output. */
  readonly print: (text: string) => void;
  /** A line for standard error. */
  readonly warn: (text: string) => void;
  /** Environment variables; the process's unless given. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where progress is shown. */
  readonly progress: ProgressTarget;
}
