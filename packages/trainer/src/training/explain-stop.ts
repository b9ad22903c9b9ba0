import { StorageError } from "../checkpoint/errors.ts";
import { CheckpointError, TrainingError } from "../errors.ts";

/** What is known where a run stopped. */
export interface StopFacts {
  readonly runDirectory: string;
  /** The run's configuration file. */
  readonly configPath: string;
  /** The newest whole checkpoint of this run, when there is one. */
  readonly checkpointPath: string | undefined;
  /** Files of the last batch, as far as the data tells. */
  readonly pictures: readonly string[];
  readonly learningRate: number;
}

/** Adds to the error that stopped a run what stays and what to try; other errors come back as they are. */
export function explainStop(error: unknown, facts: StopFacts): unknown {
  const { runDirectory, configPath, checkpointPath, pictures, learningRate } = facts;
  const stays = checkpointPath ? `${checkpointPath} stays whole` : "no checkpoint was written before";
  const again = `trainer resume ${runDirectory}`;
  if (error instanceof StorageError) {
    return new StorageError(`${error.message} Then go on with "${again}"; ${stays}.`, {
      code: error.code,
      cause: error,
    });
  }
  if (isDivergence(error)) {
    const seen = pictures.length > 0 ? ` (${pictures.join(", ")})` : "";
    return new TrainingError(
      `${error.message} ${sentence(stays)}. Look at the pictures of the last batch${seen}, set optimizer.learningRate in ${configPath} lower than ${learningRate}, and go on with "${again}".`,
      { code: "diverged", cause: error },
    );
  }
  return error;
}

/** Whether numbers stopped being finite: the state then in memory is not to be saved. */
export function isDivergence(error: unknown): error is TrainingError | CheckpointError {
  return (
    (error instanceof TrainingError && error.code === "diverged") ||
    (error instanceof CheckpointError && error.code === "not_finite")
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
