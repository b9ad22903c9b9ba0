import type { Manifest } from "@unpaired/core/contracts";
import { readRunModel } from "../models/run-model.ts";
import { type PublishTarget, publishModel } from "./publish-model.ts";

/** Options of {@link publishRun}. */
export interface PublishOptions extends PublishTarget {
  readonly runDirectory: string;
}

/**
 * Publishes every direction of a run, as {@link publishModel} does.
 *
 * @throws PublishError `quantization_too_lossy`; CheckpointError when there is nothing to publish
 */
export async function publishRun({ runDirectory, ...target }: PublishOptions): Promise<Manifest[]> {
  return publishModel(await readRunModel(runDirectory), target);
}
