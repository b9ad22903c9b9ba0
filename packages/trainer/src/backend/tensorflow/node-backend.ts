import { createRequire } from "node:module";
import util from "node:util";
import type * as tf from "@tensorflow/tfjs";
import type { NodeBackend, TensorflowBinding } from "./binding.ts";

type NodeBackendClass = new (
  binding: TensorflowBinding,
  packageName: string,
) => NodeBackend & tf.KernelBackend;

const PACKAGE = "@tensorflow/tfjs-node-gpu";

const require = createRequire(import.meta.url);

/**
 * Registers tfjs-node's kernels and returns its backend around an addon.
 *
 * The package's own entry looks for the addon inside the package and makes itself the current backend; its parts need
 * neither. They are CommonJS and share tfjs with this project's modules, because Node gives `import` and `require` of
 * tfjs the same file.
 */
export function createNodeBackend(binding: TensorflowBinding): NodeBackend & tf.KernelBackend {
  // Gone from Node 23 on, and still called by the package.
  const legacy = util as unknown as Record<string, unknown>;
  legacy.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  legacy.isArray = Array.isArray;
  require(`${PACKAGE}/dist/register_all_kernels`);
  const { NodeJSKernelBackend } = require(`${PACKAGE}/dist/nodejs_kernel_backend`) as {
    readonly NodeJSKernelBackend: NodeBackendClass;
  };
  return new NodeJSKernelBackend(binding, PACKAGE);
}
