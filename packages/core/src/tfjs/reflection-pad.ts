import * as tf from "@tensorflow/tfjs-core";

/**
 * Mirrors `pixels` rows and columns on every side of an NHWC tensor without repeating the edge, with the exact gradient.
 *
 * tfjs 4.22's own MirrorPad gradient slices dy as zero padding would and loses what the mirrored pixels contribute.
 *
 * @param x `[batch, height, width, channels]`
 */
export function reflectionPad(x: tf.Tensor4D, pixels: number): tf.Tensor4D {
  if (pixels === 0) return x;
  const paddings: [number, number][] = [
    [0, 0],
    [pixels, pixels],
    [pixels, pixels],
    [0, 0],
  ];
  const padded = tf.customGrad((input) => ({
    value: tf.mirrorPad(input as tf.Tensor4D, paddings, "reflect"),
    gradFunc: (dy) => reflectionPadGradient(dy as tf.Tensor4D, pixels),
  }));
  return padded(x) as tf.Tensor4D;
}

function reflectionPadGradient(dy: tf.Tensor4D, pixels: number): tf.Tensor4D {
  if (tf.getKernel("MirrorPadGrad", tf.getBackend())) {
    const paddings = [
      [0, 0],
      [pixels, pixels],
      [pixels, pixels],
      [0, 0],
    ];
    return tf.engine().runKernel("MirrorPadGrad", { dy }, { paddings }) as tf.Tensor4D;
  }
  return tf.tidy(() => foldAxis(foldAxis(dy, 1, pixels), 2, pixels));
}

/** Cuts `pixels` off both ends of an axis and adds them, mirrored, onto the rows they were copied from. */
function foldAxis(dy: tf.Tensor4D, axis: 1 | 2, pixels: number): tf.Tensor4D {
  const length = dy.shape[axis] - 2 * pixels;
  const part = (begin: number, size: number): tf.Tensor4D => {
    const begins: [number, number, number, number] = [0, 0, 0, 0];
    const sizes = [...dy.shape] as [number, number, number, number];
    begins[axis] = begin;
    sizes[axis] = size;
    return tf.slice4d(dy, begins, sizes);
  };
  const place = (band: tf.Tensor4D, before: number): tf.Tensor4D => {
    const paddings: [[number, number], [number, number], [number, number], [number, number]] = [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ];
    paddings[axis] = [before, length - before - pixels];
    return tf.pad4d(band, paddings);
  };
  const start = tf.reverse(part(0, pixels), axis);
  const end = tf.reverse(part(pixels + length, pixels), axis);
  // Output row p + i mirrors onto p - i, so the band at the start lands on rows 1…pixels.
  return tf.addN([part(pixels, length), place(start, 1), place(end, length - 1 - pixels)]);
}
