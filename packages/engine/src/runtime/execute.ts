import type { Plan } from "../plan/plan.ts";
import type { ImageTensor } from "../session-types.ts";
import type { Kernels } from "./kernels.ts";

/** Hears when each step of a plan began and ended, by a clock of its own. */
export interface StepObserver {
  nowMs(): number;
  onStep(index: number, beganMs: number, endedMs: number): void;
}

/** Runs a plan whose memory has been ensured; `data` has the length of the plan's input. */
export function execute(
  { input, output, steps }: Plan,
  kernels: Kernels,
  data: Float32Array,
  observer?: StepObserver,
): ImageTensor {
  new Float32Array(kernels.memory.buffer, input.address, data.length).set(data);
  if (observer) {
    for (const [index, { kernel, args }] of steps.entries()) {
      const beganMs = observer.nowMs();
      kernels[kernel](...args);
      observer.onStep(index, beganMs, observer.nowMs());
    }
  } else {
    for (const { kernel, args } of steps) kernels[kernel](...args);
  }
  const { width, height, channels } = output.shape;
  const values = new Float32Array(kernels.memory.buffer, output.address, width * height * channels);
  return { data: values.slice(), width, height, channels };
}
