export { EngineError, type EngineErrorCode } from "./errors.ts";
export { DEFAULT_MEMORY_BUDGET_BYTES } from "./plan/budget.ts";
export { describePlan } from "./plan/describe-plan.ts";
export type { PlacedTensor, Plan, PlannedStep } from "./plan/plan.ts";
export { measureProfile, type PlanProfile } from "./plan/plan-profile.ts";
export type { Shape } from "./plan/shape.ts";
export { buildFor, type EngineBinaries, supportedBuild } from "./runtime/build.ts";
export {
  createPlanningSession,
  createSession,
  type PlanningSession,
  type SessionOptions,
} from "./runtime/session.ts";
export type { WasmBytes, WasmModule } from "./runtime/webassembly.ts";
export type { Arithmetic, EngineBuild, ImageTensor, ModelFiles, Session } from "./session-types.ts";
