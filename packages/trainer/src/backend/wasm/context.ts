import type * as tf from "@tensorflow/tfjs";
import type { TrainingKernels } from "@unpaired/engine/training-kernels";
import { BackendError } from "../../errors.ts";
import { elementCount } from "../kernel-call.ts";
import type { KernelContext } from "./kernel.ts";

/** What this project uses of tfjs's WASM backend, whose own types leave the memory out. */
export interface StockWasmBackend {
  readonly wasm: {
    readonly asm: { readonly memory: WebAssembly.Memory };
    _malloc(bytes: number): number;
    _free(address: number): void;
  };
  readonly dataIdMap: { get(dataId: tf.DataId): { readonly memoryOffset: number } };
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
}

/** Scratch areas start at multiples of this many bytes. */
const ALIGNMENT = 16;

/** Ties the training kernels to a backend's memory. */
export function createContext(backend: StockWasmBackend, kernels: TrainingKernels): KernelContext {
  let scratchAddress = 0;
  let scratchBytes = 0;

  /** @throws BackendError `out_of_memory` */
  function checked(address: number, bytes: number): number {
    // Address 0 is how malloc says no; a kernel that wrote there would destroy the backend's own data.
    if (address === 0 && bytes > 0) {
      throw new BackendError(
        `WebAssembly memory has no room for another ${bytes} bytes; train at a smaller size or batch.`,
        { code: "out_of_memory" },
      );
    }
    return address >>> 0;
  }

  const address = (tensor: tf.TensorInfo): number =>
    checked(backend.dataIdMap.get(tensor.dataId).memoryOffset, 4 * elementCount(tensor.shape));

  return {
    kernels,
    address,
    output: (shape) => backend.makeOutput([...shape], "float32"),
    scratch: <const Sizes extends readonly number[]>(...sizes: Sizes) => {
      const rounded = sizes.map((bytes) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
      const total = rounded.reduce((sum, bytes) => sum + bytes, 0);
      if (total > scratchBytes) {
        if (scratchAddress !== 0) backend.wasm._free(scratchAddress);
        scratchBytes = 0;
        scratchAddress = 0;
        scratchAddress = checked(backend.wasm._malloc(total), total);
        scratchBytes = total;
      }
      let next = scratchAddress;
      return rounded.map((bytes) => {
        next += bytes;
        return next - bytes;
      }) as { [Index in keyof Sizes]: number };
    },
  };
}
