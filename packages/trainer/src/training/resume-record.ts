import { z } from "zod";
import { backendNames } from "../backend/select.ts";
import type { CheckpointExtra } from "../checkpoint/checkpoint.ts";
import { CheckpointError } from "../errors.ts";
import { runningLossesSchema } from "./running-losses.ts";

const plateauSchema = z.strictObject({
  factor: z.number(),
  best: z.number().exactOptional(),
  badEpochs: z.int().nonnegative(),
  sum: z.number(),
  count: z.int().nonnegative(),
});

const resumeRecordSchema = z.strictObject({
  backend: z.enum(backendNames).exactOptional(),
  losses: runningLossesSchema.exactOptional(),
  schedule: plateauSchema.exactOptional(),
});

/**
 * What the training loop itself keeps between steps: where it computes, sums of losses not yet logged, and a plateau
 * schedule's memory.
 */
export type ResumeRecord = z.output<typeof resumeRecordSchema>;

/** @throws CheckpointError `foreign_checkpoint` when the record was written by something else */
export function readResumeRecord(extra: CheckpointExtra = {}): ResumeRecord {
  const record = resumeRecordSchema.safeParse(extra);
  if (record.success) return record.data;
  throw new CheckpointError(
    `The checkpoint's own record is not understood (${record.error.issues[0]!.path.join(".")}); it was written by another version of the trainer.`,
    { code: "foreign_checkpoint", cause: record.error },
  );
}
