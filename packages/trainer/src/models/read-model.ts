import { join } from "node:path";
import { isThere } from "../checkpoint/is-there.ts";
import { runPaths } from "../run/run-directory.ts";
import { ModelDirectoryError } from "./errors.ts";
import { modelFileName, readModelDirectory } from "./model-directory.ts";
import { readRunModel } from "./run-model.ts";
import type { TrainedModel } from "./trained-model.ts";

/**
 * Reads a trained model from a run's folder or an imported model's.
 *
 * @throws ModelDirectoryError `no_model` when the folder is neither
 */
export async function readTrainedModel(directory: string): Promise<TrainedModel> {
  if (await isThere(join(directory, modelFileName))) return readModelDirectory(directory);
  if (await isThere(runPaths(directory).config)) return readRunModel(directory);
  throw new ModelDirectoryError(
    `${directory} holds no training run and no imported model; name a folder under runs/ or models/.`,
    { code: "no_model" },
  );
}
