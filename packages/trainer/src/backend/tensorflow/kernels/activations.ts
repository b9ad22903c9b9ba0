import { inputOf } from "../../kernel-call.ts";
import type { TensorflowKernel } from "../kernel.ts";

/** `ReluGrad({ dy, y }, { slope })` → dy where y > 0, slope · dy elsewhere. */
const reluGrad: TensorflowKernel = {
  name: "ReluGrad",
  run(call, operations) {
    const dy = inputOf(call, "dy");
    const y = inputOf(call, "y");
    const { slope } = call.attrs as { slope: number };
    return operations.run(({ input, op }) =>
      slope === 0
        ? op("ReluGrad", [input(dy), input(y)], { T: "float" })
        : op("LeakyReluGrad", [input(dy), input(y)], { T: "float", alpha: { float: slope } }),
    );
  },
};

/** The gradient of rectifiers, under a name of this project's own. */
export const activationKernels: readonly TensorflowKernel[] = [reluGrad];
