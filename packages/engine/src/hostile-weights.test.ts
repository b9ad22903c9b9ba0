import { graphFiles } from "./testing/graph-files.ts";
import { conv, damaged, floats, generator, kernel, one, spelled, testEach } from "./testing/hostile-cases.ts";

testEach([
  [
    "a NaN",
    graphFiles([conv({}, ["input", "bad"])], { bad: floats([1, 1, 3, 1], 1, Number.NaN, 1) }),
    /^invalid_model: Weight "bad" holds NaN at 1; train and publish/,
  ],
  [
    "an infinity in a bias",
    graphFiles([conv(), one("BiasAdd", "conv", "bad")], {
      kernel,
      bad: floats([3], 0, 0, Number.NEGATIVE_INFINITY),
    }),
    /^invalid_model: Weight "bad" holds -Infinity at 2/,
  ],
  ["a NaN that nothing reads", graphFiles([conv()], { kernel, bad: floats([1], Number.NaN) }), /^ran/],
  [
    "a file cut short by one byte",
    { ...generator, weights: [generator.weights[0]!.slice(0, -1)] },
    /^invalid_model: Weight ".*" ends at byte \d+ of \d+; a weight file is cut short/,
  ],
  [
    "a file one byte too long",
    { ...generator, weights: [Uint8Array.of(...generator.weights[0]!, 0)] },
    /^invalid_model: The weight files hold \d+ bytes and model.json accounts for \d+/,
  ],
  ["no files", { ...generator, weights: [] }, /^invalid_model: .* 1 weight files and 0 were given/],
  [
    "a file too many",
    { ...generator, weights: [...generator.weights, new Uint8Array()] },
    /^invalid_model: model.json lists 1 weight files and 2 were given/,
  ],
  [
    "a scale of infinity",
    spelled('"scale":', '"scale":1e999,"old":'),
    /^invalid_model: Quantization of weight ".*", its scale, is Infinity; it must be a finite number/,
  ],
  [
    "a least value of infinity",
    spelled('"min":', '"min":-1e999,"old":'),
    /its min, is -Infinity; it must be a finite number/,
  ],
  [
    "a scale that overflows float32",
    spelled('"scale":', '"scale":1e300,"old":'),
    /^invalid_model: Weight ".*" holds Infinity at \d+/,
  ],
  [
    "a side of 0",
    damaged((json) => {
      json.weightsManifest[0].weights[0].shape[0] = 0;
    }),
    /^invalid_model: Weight ".*" has a side of 0; sides are whole numbers from 1/,
  ],
  [
    "a side of 2^31",
    damaged((json) => {
      json.weightsManifest[0].weights[0].shape[0] = 2 ** 31;
    }),
    /has a side of 2147483648/,
  ],
  [
    "a side of -1",
    damaged((json) => {
      json.weightsManifest[0].weights[0].shape[0] = -1;
    }),
    /has a side of -1/,
  ],
  [
    "sides whose product leaves 31 bits",
    damaged((json) => {
      json.weightsManifest[0].weights[0].shape = [2 ** 16, 2 ** 16];
    }),
    /^invalid_model: Weight ".*" ends at byte \d{10,11} of \d+/,
  ],
  [
    "sides whose product leaves 53 bits",
    damaged((json) => {
      json.weightsManifest[0].weights[0].shape = Array(4).fill(2 ** 24);
    }),
    /^invalid_model: Weight ".*" ends at byte \d\.\d+e\+\d\d of/,
  ],
  [
    "five sides",
    damaged((json) => {
      json.weightsManifest[0].weights[0].shape = [1, 1, 1, 1, 1];
    }),
    /^invalid_model: Shape of weight ".*" has 5 entries; at most 4/,
  ],
  [
    "two of one name",
    damaged((json) => {
      const { weights } = json.weightsManifest[0];
      weights[1].name = weights[0].name;
    }),
    /^invalid_model: Two weights are called/,
  ],
  [
    "a constant without values",
    damaged((json) => {
      json.weightsManifest[0].weights[0].name = "renamed";
    }),
    /^invalid_model: Const ".*" has no values in the weights manifest/,
  ],
  [
    "a thousand and more groups",
    damaged((json) => {
      json.weightsManifest = Array(2000).fill({ paths: [], weights: [] });
    }),
    /^invalid_model: weightsManifest has 2000 entries; at most 1024/,
  ],
]);
