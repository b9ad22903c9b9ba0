import { Buffer } from "node:buffer";
import { parseGraphModel } from "../../graph-model/parse.ts";
import { assertRunnable } from "../../plan/fit.ts";
import { createPlan, type Plan } from "../../plan/plan.ts";
import { recognise } from "../../recognise/recognise.ts";
import { execute } from "../../runtime/execute.ts";
import { assertImageTensor } from "../../runtime/image-tensor.ts";
import { ensureMemory } from "../../runtime/instance.ts";
import { packWeights } from "../../runtime/pack-weights.ts";
import type { Arithmetic, ImageTensor, ModelFiles } from "../../session-types.ts";
import { type GuardedKernels, MemoryFault } from "./guarded-kernels.ts";
import { provePlan } from "./prove-plan.ts";

/** Not a number as a float, and nothing a level or an address would be by chance. */
const POISON = 0xff;

/** What came of a model and an image, and how it was planned. */
export interface GuardedResult {
  readonly plan: Plan;
  readonly output: ImageTensor;
  /** Loads and stores that were checked. */
  readonly accesses: number;
  /** Calls that were checked, by kernel. */
  readonly calls: ReadonlyMap<string, number>;
}

/**
 * Does what a session does, with the plan proved before it runs, every load and store of the kernels checked, and all
 * memory that the plan does not use, or has not written yet, poisoned.
 *
 * @throws EngineError as a session does
 * @throws MemoryFault when the plan or a kernel goes where it must not
 */
export async function runGuarded(
  files: ModelFiles,
  image: ImageTensor,
  instantiate: () => Promise<GuardedKernels>,
  { arithmetic, budgetBytes }: { readonly arithmetic: Arithmetic; readonly budgetBytes: number },
): Promise<GuardedResult> {
  const program = recognise(parseGraphModel(files));
  assertRunnable(program);
  const { kernels, accesses, calls } = await instantiate();
  const weights = packWeights(program, kernels, { arithmetic, budgetBytes });
  program.graph.releaseWeights();
  assertImageTensor(image, program.input.channels);
  const plan = createPlan(program, image, { kernels, weights, arithmetic, budgetBytes });
  provePlan(plan, { program, weights, sizes: kernels });
  ensureMemory(kernels, plan.memoryBytes, budgetBytes);

  const memory = Buffer.from(kernels.memory.buffer);
  const below = Buffer.from(memory.subarray(0, weights.end));
  memory.fill(POISON, weights.end);
  const output = execute(plan, kernels, image.data);
  if (!memory.subarray(0, weights.end).equals(below)) throw new MemoryFault("A kernel changed the weights.");
  const behind = memory.subarray(plan.memoryBytes);
  if (!behind.equals(Buffer.alloc(behind.length, POISON))) {
    throw new MemoryFault("A kernel changed what lies behind the plan.");
  }
  return { plan, output, accesses: accesses(), calls };
}
