import { EngineError, printable } from "../errors.ts";
import { MAX_SIDE } from "../plan/infer-shapes.ts";
import type { ImageTensor } from "../session-types.ts";

/** @throws EngineError `invalid_input` unless sides, channels and the data's length agree with each other and the model */
export function assertImageTensor(image: ImageTensor, modelChannels: number): void {
  const { data, width, height, channels } = image;
  for (const [name, side] of Object.entries({ width, height })) {
    if (!Number.isInteger(side) || side < 1 || side > MAX_SIDE) {
      throw refuse(
        `The input's ${name} is ${printable(side)}; it must be a whole number from 1 to ${MAX_SIDE}.`,
      );
    }
  }
  if (channels !== modelChannels) {
    throw refuse(`The input has ${printable(channels)} channels; the model takes ${modelChannels}.`);
  }
  if (!(data instanceof Float32Array)) throw refuse("The input's data must be a Float32Array.");
  const length = width * height * channels;
  if (data.length !== length) {
    throw refuse(
      `The input's data has ${data.length} values; ${width}×${height} pixels of ${channels} channels need ${length}.`,
    );
  }
}

function refuse(message: string): EngineError {
  return new EngineError("invalid_input", message);
}
