import { createProgress, type Progress, type ProgressTarget } from "./progress.ts";

/** Shows progress of a job whose size is known once it has begun. */
export function follow(label: string, unit: string, target: ProgressTarget) {
  let progress: Progress | undefined;
  return {
    update({ done, total }: { readonly done: number; readonly total: number }): void {
      progress ??= createProgress({ label, total, unit, target, from: done });
      progress.update(done);
    },
    finish: () => progress?.finish(),
  };
}
