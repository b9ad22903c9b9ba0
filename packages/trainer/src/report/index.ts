export { type DescribeEnvironmentOptions, describeEnvironment, type Environment } from "./environment.ts";
export type { Figures } from "./figures.ts";
export { openRunReport, type RunReport, type RunReportOptions } from "./open-run-report.ts";
export type { RunEnding, RunState } from "./run-state.ts";
