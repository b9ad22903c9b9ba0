/** What an install is doing. */
export interface InstallProgress {
  readonly stage: "Downloading" | "Unpacking" | "Compiling" | "Checking";
  /** What is fetched or unpacked. */
  readonly what?: string;
  /** Bytes done so far, where they are counted. */
  readonly bytes?: number;
  /** Bytes in all as far as known; 0 where nothing is known yet. */
  readonly totalBytes?: number;
}

export type ReportProgress = (progress: InstallProgress) => void;
