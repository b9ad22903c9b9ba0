import type { Plan } from "../plan/plan.ts";
import type { ImageTensor } from "../session-types.ts";
import type { Kernels } from "./kernels.ts";

/** Runs a plan whose memory has been ensured; `data` has the length of the plan's input. */
export function execute({ input, output, steps }: Plan, kernels: Kernels, data: Float32Array): ImageTensor {
  new Float32Array(kernels.memory.buffer, input.address, data.length).set(data);
  for (const { kernel, args } of steps) kernels[kernel](...args);
  const { width, height, channels } = output.shape;
  const values = new Float32Array(kernels.memory.buffer, output.address, width * height * channels);
  return { data: values.slice(), width, height, channels };
}
