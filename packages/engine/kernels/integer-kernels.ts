import type { InferenceKernels } from "./inference-kernels.ts";

type Numeric<Result> = (...args: readonly number[]) => Result;

/** The integer kernels of the inference build; arguments as in assembly/README.md. */
export interface IntegerKernels extends InferenceKernels {
  readonly packedIntegerConv2dBytes: Numeric<number>;
  readonly packIntegerConv2d: Numeric<void>;
  readonly integerConv2dScratchBytes: Numeric<number>;
  readonly integerConv2d: Numeric<void>;
  readonly packedIntegerTransposedConv2dBytes: Numeric<number>;
  readonly packIntegerTransposedConv2d: Numeric<void>;
  readonly integerTransposedConv2dScratchBytes: Numeric<number>;
  readonly integerTransposedConv2d: Numeric<void>;
  readonly packedWinogradConv2dBytes: Numeric<number>;
  readonly packWinogradConv2d: Numeric<void>;
  readonly winogradConv2dScratchBytes: Numeric<number>;
  readonly winogradConv2d: Numeric<void>;
  readonly depthwise3x3ScratchBytes: Numeric<number>;
  readonly depthwise3x3: Numeric<void>;
  readonly integerInstanceNorm: Numeric<void>;
}
