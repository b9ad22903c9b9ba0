import { inputOf, type TensorflowKernel } from "../kernel.ts";

/** `MirrorPadGrad({ dy }, { paddings })` → gradient of the padded image, mirrored pixels included. */
const mirrorPadGrad: TensorflowKernel = {
  name: "MirrorPadGrad",
  run(call, operations) {
    const dy = inputOf(call, "dy");
    const { paddings } = call.attrs as unknown as { paddings: readonly (readonly [number, number])[] };
    return operations.run(({ input, integers, op }) =>
      op("MirrorPadGrad", [input(dy), integers(paddings.flat(), [paddings.length, 2])], {
        T: "float",
        Tpaddings: "int32",
        mode: "REFLECT",
      }),
    );
  },
};

/** The gradient of reflection padding, under a name of this project's own. */
export const imageKernels: readonly TensorflowKernel[] = [mirrorPadGrad];
