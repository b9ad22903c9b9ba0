import { inputOf } from "../../kernel-call.ts";
import type { TensorflowKernel } from "../kernel.ts";
import type { Scope, Value } from "../operations.ts";

interface AdamAttrs {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly step: number;
}

interface Slot {
  readonly weight: Value;
  readonly m: Value;
  readonly v: Value;
}

/**
 * `AdamUpdate({ weight, m, v, gradient }, { learningRate, beta1, beta2, epsilon, step })` → new [weight, m, v].
 *
 * Source: arXiv 1412.6980, algorithm 1; epsilon outside the bias-corrected root as in PyTorch's `torch.optim.Adam`.
 */
const adamUpdate: TensorflowKernel = {
  name: "AdamUpdate",
  run(call, operations) {
    const attrs = call.attrs as unknown as AdamAttrs;
    return operations.run((scope) => {
      const [weight, m, v, gradient] = (["weight", "m", "v", "gradient"] as const).map((name) =>
        scope.input(inputOf(call, name)),
      ) as [Value, Value, Value, Value];
      const update = scope.gpu ? composed : fused;
      return update(scope, { weight, m, v }, gradient, attrs);
    });
  },
};

/**
 * TensorFlow's own update, one pass over the weights. It works on variables: three that every call assigns to, so that the
 * tensors given stay as they were.
 *
 * Its epsilon stands beside the root that is not yet bias-corrected, hence the factor.
 */
function fused(scope: Scope, slot: Slot, gradient: Value, attrs: AdamAttrs): Value[] {
  const { op, ops, scalar, variable } = scope;
  const { learningRate, beta1, beta2, epsilon, step } = attrs;
  const handles = (["weight", "m", "v"] as const).map((part) => {
    const handle = variable(`unpaired/adam/${part}`);
    ops("AssignVariableOp", [handle, slot[part]], 0, { dtype: "float", validate_shape: false });
    return handle;
  });
  const power2 = beta2 ** step;
  const settings = [beta1 ** step, power2, learningRate, beta1, beta2, epsilon * Math.sqrt(1 - power2)];
  ops("ResourceApplyAdam", [...handles, ...settings.map(scalar), gradient], 0, {
    T: "float",
    use_locking: false,
    use_nesterov: false,
  });
  return handles.map((handle) => op("ReadVariableOp", [handle], { dtype: "float" }));
}

/** The same with simple ops, for devices on which a variable's place is not this project's to choose. */
function composed(scope: Scope, { weight, m, v }: Slot, gradient: Value, attrs: AdamAttrs): Value[] {
  const { learningRate, beta1, beta2, epsilon, step } = attrs;
  const { scalar } = scope;
  const op = (name: string, ...inputs: Value[]) => scope.op(name, inputs, { T: "float" });
  const blend = (moment: Value, sample: Value, share: number) =>
    op("AddV2", moment, op("Mul", op("Sub", sample, moment), scalar(share)));
  const newM = blend(m, gradient, 1 - beta1);
  const newV = blend(v, op("Square", gradient), 1 - beta2);
  const correction = Math.sqrt(1 - beta2 ** step);
  const deviation = op("AddV2", op("Sqrt", newV), scalar(epsilon * correction));
  const rate = scalar((learningRate * correction) / (1 - beta1 ** step));
  return [op("Sub", weight, op("Mul", op("Div", newM, deviation), rate)), newM, newV];
}

/** The optimiser's update. */
export const optimizerKernels: readonly TensorflowKernel[] = [adamUpdate];
