/** A convolution's shape: sides, channels, stride, top and left padding, and what lies outside the image. */
export interface ConvShape {
  readonly batch: number;
  readonly inputH: number;
  readonly inputW: number;
  readonly channelsIn: number;
  readonly kernelH: number;
  readonly kernelW: number;
  readonly stride: number;
  readonly top: number;
  readonly left: number;
  readonly padding: "zero" | "reflect";
  readonly outputH: number;
  readonly outputW: number;
  readonly channelsOut: number;
}

function reflect(index: number, size: number): number {
  if (index < 0) return -index;
  return index >= size ? 2 * (size - 1) - index : index;
}

/** Visits every product of a convolution: indices of the input, the filter tap and the output pixel; zeros are left out. */
function visitTaps(
  shape: ConvShape,
  visit: (inputPixel: number, tap: number, outputPixel: number) => void,
): void {
  for (let n = 0; n < shape.batch; n++) {
    for (let y = 0; y < shape.outputH; y++) {
      for (let x = 0; x < shape.outputW; x++) {
        const output = (n * shape.outputH + y) * shape.outputW + x;
        for (let ky = 0; ky < shape.kernelH; ky++) {
          for (let kx = 0; kx < shape.kernelW; kx++) {
            let iy = y * shape.stride - shape.top + ky;
            let ix = x * shape.stride - shape.left + kx;
            if (shape.padding === "reflect") {
              iy = reflect(iy, shape.inputH);
              ix = reflect(ix, shape.inputW);
            }
            if (iy < 0 || iy >= shape.inputH || ix < 0 || ix >= shape.inputW) continue;
            visit((n * shape.inputH + iy) * shape.inputW + ix, ky * shape.kernelW + kx, output);
          }
        }
      }
    }
  }
}

/** Convolves with plain loops in double precision; filter [kernelH, kernelW, channelsIn, channelsOut]. */
export function plainConv2d(input: Float32Array, filter: Float32Array, shape: ConvShape): Float64Array {
  const { channelsIn, channelsOut } = shape;
  const output = new Float64Array(shape.batch * shape.outputH * shape.outputW * channelsOut);
  visitTaps(shape, (pixel, tap, out) => {
    for (let i = 0; i < channelsIn; i++) {
      const value = input[pixel * channelsIn + i]!;
      const row = (tap * channelsIn + i) * channelsOut;
      for (let o = 0; o < channelsOut; o++) output[out * channelsOut + o]! += value * filter[row + o]!;
    }
  });
  return output;
}

/** The gradient of `plainConv2d` with respect to its input. */
export function plainInputGradient(
  outputGradient: Float32Array,
  filter: Float32Array,
  shape: ConvShape,
): Float64Array {
  const { channelsIn, channelsOut } = shape;
  const gradient = new Float64Array(shape.batch * shape.inputH * shape.inputW * channelsIn);
  visitTaps(shape, (pixel, tap, out) => {
    for (let i = 0; i < channelsIn; i++) {
      const row = (tap * channelsIn + i) * channelsOut;
      let sum = 0;
      for (let o = 0; o < channelsOut; o++) sum += outputGradient[out * channelsOut + o]! * filter[row + o]!;
      gradient[pixel * channelsIn + i]! += sum;
    }
  });
  return gradient;
}

/** The gradient of `plainConv2d` with respect to its filter. */
export function plainFilterGradient(
  input: Float32Array,
  outputGradient: Float32Array,
  shape: ConvShape,
): Float64Array {
  const { channelsIn, channelsOut } = shape;
  const gradient = new Float64Array(shape.kernelH * shape.kernelW * channelsIn * channelsOut);
  visitTaps(shape, (pixel, tap, out) => {
    for (let i = 0; i < channelsIn; i++) {
      const value = input[pixel * channelsIn + i]!;
      const row = (tap * channelsIn + i) * channelsOut;
      for (let o = 0; o < channelsOut; o++) {
        gradient[row + o]! += value * outputGradient[out * channelsOut + o]!;
      }
    }
  });
  return gradient;
}

/** Convolves each channel with its own filter [kernelH, kernelW, channels]; `channelsOut` is not read. */
export function plainDepthwiseConv2d(
  input: Float32Array,
  filter: Float32Array,
  shape: ConvShape,
): Float64Array {
  const channels = shape.channelsIn;
  const output = new Float64Array(shape.batch * shape.outputH * shape.outputW * channels);
  visitTaps(shape, (pixel, tap, out) => {
    for (let c = 0; c < channels; c++) {
      output[out * channels + c]! += input[pixel * channels + c]! * filter[tap * channels + c]!;
    }
  });
  return output;
}

/** The gradient of `plainDepthwiseConv2d` with respect to its input. */
export function plainDepthwiseInputGradient(
  outputGradient: Float32Array,
  filter: Float32Array,
  shape: ConvShape,
): Float64Array {
  const channels = shape.channelsIn;
  const gradient = new Float64Array(shape.batch * shape.inputH * shape.inputW * channels);
  visitTaps(shape, (pixel, tap, out) => {
    for (let c = 0; c < channels; c++) {
      gradient[pixel * channels + c]! += outputGradient[out * channels + c]! * filter[tap * channels + c]!;
    }
  });
  return gradient;
}

/** The gradient of `plainDepthwiseConv2d` with respect to its filter. */
export function plainDepthwiseFilterGradient(
  input: Float32Array,
  outputGradient: Float32Array,
  shape: ConvShape,
): Float64Array {
  const channels = shape.channelsIn;
  const gradient = new Float64Array(shape.kernelH * shape.kernelW * channels);
  visitTaps(shape, (pixel, tap, out) => {
    for (let c = 0; c < channels; c++) {
      gradient[tap * channels + c]! += input[pixel * channels + c]! * outputGradient[out * channels + c]!;
    }
  });
  return gradient;
}
