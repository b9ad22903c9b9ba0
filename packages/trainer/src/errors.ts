import { UnpairedError } from "@unpaired/core";

/** A setting or command-line option cannot be used. */
export class ConfigError extends UnpairedError {
  override readonly name = "ConfigError";
}

/** A checkpoint is missing, damaged or belongs to other networks. */
export class CheckpointError extends UnpairedError {
  override readonly name = "CheckpointError";
}

/** Training cannot go on. */
export class TrainingError extends UnpairedError {
  override readonly name = "TrainingError";
}

/** A model was not published, and nothing a reader could meet was changed. */
export class PublishError extends UnpairedError {
  override readonly name = "PublishError";
}

/** The chosen compute backend cannot run here. */
export class BackendError extends UnpairedError {
  override readonly name = "BackendError";
}
