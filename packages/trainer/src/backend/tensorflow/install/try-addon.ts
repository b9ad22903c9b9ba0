/** Loads the addon named on the command line, squares [[1, 2], [3, 4]] with it, and writes what came out. */
import { createRequire } from "node:module";
import type { TensorflowBinding } from "../binding.ts";

const addon = process.argv[2]!;
const binding = createRequire(import.meta.url)(addon) as TensorflowBinding;
const matrix = binding.createTensor([2, 2], binding.TF_FLOAT, Float32Array.of(1, 2, 3, 4));
const attributes = [
  { name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
  { name: "transpose_a", type: binding.TF_ATTR_BOOL, value: false },
  { name: "transpose_b", type: binding.TF_ATTR_BOOL, value: false },
];
const [square] = binding.executeOp("MatMul", attributes, [matrix, matrix], 1);
const product = [...binding.tensorDataSync(square!.id)];
process.stdout.write(
  `\n${JSON.stringify({ version: binding.TF_Version, gpu: binding.isUsingGpuDevice(), product })}\n`,
);
