import { EngineError, invalidModel } from "../errors.ts";
import type { Program } from "../recognise/recognise.ts";
import type { Inferred } from "./infer-layer.ts";
import { inferShapes, MAX_SIDE } from "./infer-shapes.ts";
import { Misfit } from "./misfit.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

const MULTIPLES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/**
 * Shapes for an input size, as {@link inferShapes}.
 *
 * @throws EngineError `invalid_input` when the size does not suit the model, naming one that does
 */
export function inferFitting(program: Program, size: Size): Map<number, Inferred> {
  const isSize = [size.width, size.height].every(
    (side) => Number.isInteger(side) && side >= 1 && side <= MAX_SIDE,
  );
  if (!isSize) {
    throw new EngineError(
      "invalid_input",
      `No image has ${size.width}×${size.height} pixels; sides are whole numbers from 1 to ${MAX_SIDE}.`,
    );
  }
  const result = attempt(program, size);
  if (!(result instanceof Misfit)) return result;
  const cure = suitableSize(program, size);
  throw new EngineError(
    "invalid_input",
    `The model cannot take ${size.width}×${size.height} pixels (${result.message}); ${
      cure ? `resize or pad the image to ${cure.width}×${cure.height}` : "use a smaller image"
    }.`,
  );
}

/**
 * Checks that the model runs at some size at all.
 *
 * @throws EngineError `invalid_model` or `unsupported_op`
 */
export function assertRunnable(program: Program): void {
  const { width, height } = program.input;
  const first = attempt(program, { width: width === -1 ? 256 : width, height: height === -1 ? 256 : height });
  if (first instanceof Misfit && !suitableSize(program, { width: 1, height: 1 })) {
    throw invalidModel(`The model fits no image size: ${first.message}.`);
  }
}

/** The nearest size upwards whose sides are multiples of the smallest power of two that suits the model. */
function suitableSize(program: Program, size: Size): Size | undefined {
  const round = (given: number, fixed: number, multiple: number) =>
    fixed === -1 ? Math.min(Math.ceil(given / multiple) * multiple, MAX_SIDE) : fixed;
  for (const multiple of MULTIPLES) {
    const candidate = {
      width: round(size.width, program.input.width, multiple),
      height: round(size.height, program.input.height, multiple),
    };
    if (!(attempt(program, candidate) instanceof Misfit)) return candidate;
  }
  return undefined;
}

function attempt(program: Program, size: Size): Map<number, Inferred> | Misfit {
  try {
    return inferShapes(program, size);
  } catch (error) {
    if (error instanceof Misfit) return error;
    throw error;
  }
}
