import { createProgress, type Progress, type ProgressTarget } from "./progress.ts";

const QUIET_MS = 2_000;

/** Progress of an upload, which counts from the first update on. */
export interface UploadProgress {
  update(progress: { readonly doneBytes: number; readonly totalBytes: number }): void;
  /** Ends the line, if one was shown. */
  finish(): void;
}

/** Shows in KiB how files go up, with rate and time left, once that has taken two seconds. */
export function createUploadProgress(target: ProgressTarget): UploadProgress {
  let progress: Progress | undefined;
  let startMs = 0;
  let shown = false;
  return {
    update({ doneBytes, totalBytes }) {
      if (!progress) {
        startMs = target.nowMs();
        progress = createProgress({ label: "Uploading", total: kibibytes(totalBytes), unit: "KiB", target });
      }
      if (target.nowMs() - startMs < QUIET_MS) return;
      shown = true;
      progress.update(kibibytes(doneBytes));
    },
    finish() {
      if (shown) progress?.finish();
    },
  };
}

function kibibytes(bytes: number): number {
  return Math.ceil(bytes / 1024);
}
