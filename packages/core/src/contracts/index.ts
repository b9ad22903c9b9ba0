export * from "./domain-score.ts";
export * from "./fitted-size.ts";
export * from "./http.ts";
export * from "./image-fit.ts";
export * from "./jobs.ts";
export * from "./manifest.ts";
export * from "./registry.ts";
