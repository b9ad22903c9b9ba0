import * as tf from "@tensorflow/tfjs";
import { inputOf } from "../../kernel-call.ts";
import type { TensorflowKernel } from "../kernel.ts";
import type { Value } from "../operations.ts";

/** Reflection padding by looking rows, then pixels up; TensorFlow's own pads one number at a time. */
const mirrorPad: TensorflowKernel = {
  name: tf.MirrorPad,
  run(call, operations) {
    const x = inputOf(call, "x");
    const { paddings, mode } = call.attrs as unknown as tf.MirrorPadAttrs;
    if (operations.gpu || mode !== "reflect" || x.dtype !== "float32" || x.shape.length !== 4)
      return undefined;
    const [batch, rows, columns, channels] = paddings as readonly Sides[] as [Sides, Sides, Sides, Sides];
    if ([...batch, ...channels].some((padding) => padding !== 0)) return undefined;
    return operations.run(({ input, integers, op }) => {
      const lookUp = (value: Value, axis: 1 | 2, sides: Sides) =>
        op("GatherV2", [value, integers(mirrored(x.shape[axis]!, sides)), integers([axis], [])], {
          Tparams: "float",
          Tindices: "int32",
          Taxis: "int32",
          batch_dims: { int: 0 },
        });
      return lookUp(lookUp(input(x), 1, rows), 2, columns);
    });
  },
};

type Sides = readonly [before: number, after: number];

/** Which of `length` pixels each pixel of the padded side shows. */
function mirrored(length: number, [before, after]: Sides): number[] {
  return Array.from({ length: before + length + after }, (_, index) => {
    const distance = Math.abs(index - before);
    return distance < length ? distance : 2 * (length - 1) - distance;
  });
}

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

/** Reflection padding and its gradient. */
export const imageKernels: readonly TensorflowKernel[] = [mirrorPad, mirrorPadGrad];
