import { EngineError } from "../errors.ts";
import { parseGraphModel } from "../graph-model/parse.ts";
import { assertMemoryBudget, DEFAULT_MEMORY_BUDGET_BYTES } from "../plan/budget.ts";
import { assertRunnable } from "../plan/fit.ts";
import { createPlan, type Plan } from "../plan/plan.ts";
import { recognise } from "../recognise/recognise.ts";
import type { Arithmetic, ImageTensor, ModelFiles, Session } from "../session-types.ts";
import { buildFor, type EngineBinaries } from "./build.ts";
import { execute, type StepObserver } from "./execute.ts";
import { assertImageTensor } from "./image-tensor.ts";
import { ensureMemory, instantiateKernels } from "./instance.ts";
import { packWeights } from "./pack-weights.ts";
import { RecentlyUsed } from "./recently-used.ts";

/** What a session is made of beside the model. */
export interface SessionOptions {
  readonly binaries: EngineBinaries;
  /** Most WebAssembly memory the session may hold. */
  readonly memoryBudgetBytes?: number;
  /** How convolutions are computed; `integer` by default. */
  readonly arithmetic?: Arithmetic;
}

/** A session that can also say how it would run, for tests and documentation. */
export interface PlanningSession extends Session {
  /** @throws EngineError as `run` does */
  plan(size: { readonly width: number; readonly height: number }): Plan;
  /**
   * Runs the model once and tells how long each step of the size's plan took, in milliseconds of the given clock.
   *
   * @throws EngineError as `run` does
   */
  profile(input: ImageTensor, nowMs: () => number): Promise<readonly number[]>;
}

/** Input sizes whose plans are kept. */
const KEPT_PLANS = 8;

/**
 * Reads a graph model and makes it ready to run: weights are decoded and packed once, plans are made per input size.
 *
 * @throws EngineError `invalid_model`, `unsupported_op` or `memory_budget_exceeded`
 */
export async function createSession(files: ModelFiles, options: SessionOptions): Promise<Session> {
  return createPlanningSession(files, options);
}

/** As {@link createSession}, with access to the plans. */
export async function createPlanningSession(
  files: ModelFiles,
  {
    binaries,
    memoryBudgetBytes: budgetBytes = DEFAULT_MEMORY_BUDGET_BYTES,
    arithmetic = "integer",
  }: SessionOptions,
): Promise<PlanningSession> {
  assertMemoryBudget(budgetBytes);
  const program = recognise(parseGraphModel(files));
  assertRunnable(program);
  const build = buildFor(arithmetic);
  const kernels = await instantiateKernels(binaries, build);
  const weights = packWeights(program, kernels, { arithmetic, budgetBytes });
  program.graph.releaseWeights();
  const { channels } = program.input;
  const plans = new RecentlyUsed<string, Plan>(KEPT_PLANS);
  // Everything that holds memory hangs on this one reference, so that dropping it frees all.
  let alive: { program: typeof program; kernels: typeof kernels } | undefined = { program, kernels };

  const plan = ({ width, height }: { readonly width: number; readonly height: number }) => {
    if (!alive) throw disposed();
    const state = alive;
    return plans.getOrMake(`${width}×${height}`, () =>
      createPlan(
        state.program,
        { width, height },
        { kernels: state.kernels, weights, arithmetic, budgetBytes },
      ),
    );
  };

  const run = (input: ImageTensor, observer?: StepObserver): ImageTensor => {
    if (!alive) throw disposed();
    // Read once, so that what was checked is what runs.
    const image = { data: input.data, width: input.width, height: input.height, channels: input.channels };
    assertImageTensor(image, channels);
    const planned = plan(image);
    ensureMemory(alive.kernels, planned.memoryBytes, budgetBytes);
    return execute(planned, alive.kernels, image.data, observer);
  };

  return {
    build,
    arithmetic,
    get memoryBytes() {
      return alive ? alive.kernels.memory.buffer.byteLength : 0;
    },
    plan,
    // Kernels run to completion inside this call, so calls take effect one at a time, in order.
    async run(input: ImageTensor): Promise<ImageTensor> {
      return run(input);
    },
    async profile(input: ImageTensor, nowMs: () => number): Promise<readonly number[]> {
      const stepsMs: number[] = [];
      run(input, { nowMs, onStep: (_, beganMs, endedMs) => void stepsMs.push(endedMs - beganMs) });
      return stepsMs;
    },
    dispose() {
      alive = undefined;
      plans.clear();
    },
  };
}

function disposed(): EngineError {
  return new EngineError("session_disposed", "The session was disposed; create a new one to run the model.");
}
