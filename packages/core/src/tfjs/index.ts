export * from "./adam.ts";
export * from "./batch-norm.ts";
export * from "./forward.ts";
export * from "./instance-norm.ts";
export * from "./losses.ts";
export * from "./rectify.ts";
export * from "./reflection-pad.ts";
export * from "./weights.ts";
