import * as tf from "@tensorflow/tfjs-core";

/**
 * Picks the same pixels out of every image of a batch. tfjs's own gradient of a gather along an inner axis needs a kernel
 * that the wasm backend lacks; distinct places make it one scatter.
 *
 * @param x `[batch, height, width, channels]`
 * @param places distinct indices into the height × width pixels, row by row
 * @returns `[batch, places, 1, channels]`
 */
export function gatherPixels(x: tf.Tensor4D, places: Int32Array): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const area = height * width;
  const rows = new Int32Array(batch * places.length);
  for (let image = 0; image < batch; image++) {
    for (const [index, place] of places.entries()) rows[image * places.length + index] = image * area + place;
  }
  const gather = tf.customGrad((input) => ({
    value: tf.gather(tf.reshape(input as tf.Tensor4D, [batch * area, channels]), tf.tensor1d(rows, "int32")),
    gradFunc: (dy) => {
      const indices = tf.tensor2d(rows, [rows.length, 1], "int32");
      const scattered = tf.scatterND(indices, dy as tf.Tensor2D, [batch * area, channels]);
      return tf.reshape(scattered, x.shape);
    },
  }));
  return tf.reshape(gather(x), [batch, places.length, 1, channels]);
}
