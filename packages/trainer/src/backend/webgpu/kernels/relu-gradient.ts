import { inputOf } from "../../kernel-call.ts";
import type { WebgpuKernel } from "../kernel.ts";
import { ELEMENTWISE_THREADS, runProgram } from "../program.ts";

const source = `
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  result[index] = select(uniforms.slope, 1.0, y[index] > 0.0) * dy[index];
}
`;

/** `ReluGrad({ dy, y }, { slope })` → dy where y > 0, slope · dy elsewhere. */
export const reluGradient: WebgpuKernel = {
  name: "ReluGrad",
  run(call) {
    const dy = inputOf(call, "dy");
    const { slope } = call.attrs as { slope: number };
    return runProgram(call.backend, {
      key: "reluGradient",
      source,
      inputs: { dy, y: inputOf(call, "y") },
      outputShape: dy.shape,
      floats: { slope },
      threads: ELEMENTWISE_THREADS,
    });
  },
};
