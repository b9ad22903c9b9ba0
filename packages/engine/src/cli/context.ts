/** What a command gets from the world outside. */
export interface CliContext {
  /** Folder relative paths start from. */
  readonly directory: string;
  /** Milliseconds that only ever grow; what steps are timed by. */
  readonly nowMs: () => number;
  /** A line for standard output. */
  readonly print: (text: string) => void;
  /** A line for standard error. */
  readonly warn: (text: string) => void;
}
