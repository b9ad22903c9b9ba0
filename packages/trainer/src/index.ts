export {
  type BackendName,
  backendNames,
  type Machine,
  type MachineChoice,
  openMachine,
  selectBackend,
} from "./backend/select.ts";
export type { CliContext } from "./cli/context.ts";
export { createProgress, duration, type ProgressTarget, standardError } from "./cli/progress.ts";
export { runCli } from "./cli/run-cli.ts";
export * from "./data/index.ts";
export * from "./errors.ts";
export * from "./evaluation/index.ts";
export { exportModel } from "./models/export-model.ts";
export { importModel } from "./models/import-model.ts";
export { readTrainedModel } from "./models/read-model.ts";
export type { TrainedModel } from "./models/trained-model.ts";
export * from "./pictures/index.ts";
export { RegistryError } from "./publish/errors.ts";
export { type ListedModel, type ListedVersion, listPublished } from "./publish/list-published.ts";
export { type OpenRegistryOptions, openRegistry } from "./publish/open-registry.ts";
export { psnr } from "./publish/psnr.ts";
export { publishModel } from "./publish/publish-model.ts";
export { type PublishOptions, publishRun } from "./publish/publish-run.ts";
export type { Registry } from "./publish/registry.ts";
export { type Rollback, type RollbackOptions, rollBack } from "./publish/rollback.ts";
export { PytorchFileError } from "./pytorch/errors.ts";
export { type StartOptions, type StartResult, startRecipe } from "./recipes/start.ts";
export { resolveConfig, type TrainConfig, type TrainConfigInput } from "./run/config.ts";
export * from "./seasons/index.ts";
export { createFloatTranslator, readTrainedRun, type Translator } from "./translate/run-translator.ts";
export { translateFile } from "./translate/translate-file.ts";
