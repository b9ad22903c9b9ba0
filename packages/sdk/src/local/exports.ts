export type { EncodeOptions, ImageCodec } from "./codec.ts";
export type { FileOptions, LoadModel, RegistryOptions, RunOptions, ServiceOptions } from "./load-model.ts";
export type { LoadProgress } from "./load-progress.ts";
export { LocalModel, type LocalTranslateOptions } from "./local-model.ts";
export { LocalModelError, type LocalModelErrorCode } from "./local-model-error.ts";
export { type Place, type PreferringOptions, type PreferringTranslator, preferring } from "./preferring.ts";
export type { PublishedModel } from "./published-model.ts";
