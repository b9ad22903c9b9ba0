import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type * as tf from "@tensorflow/tfjs-core";
import { BackendError } from "../../errors.ts";

/**
 * tfjs's WebGPU backend on a Dawn device that says what went wrong: WebGPU itself reports a lost device, a buffer that
 * found no memory or a refused shader beside the call, and then computes zeros.
 */
export class DawnBackend extends WebGPUBackend {
  #failure: BackendError | undefined;

  constructor(device: GPUDevice, info: GPUAdapterInfo) {
    super(device, info);
    device.addEventListener("uncapturederror", (event) => {
      // Else Dawn writes it to the terminal, and all that follows from it.
      event.preventDefault();
      this.#failure ??= describeFailure(event.error);
    });
    void device.lost.then(({ reason, message }) => {
      if (reason === "destroyed") return;
      this.#failure ??= new BackendError(
        `The GPU was lost (${message.trim() || "no reason given"}); resume from the last checkpoint.`,
        { code: "device_lost" },
      );
    });
  }

  /** What made this device's results worthless, if anything did. */
  get failure(): BackendError | undefined {
    return this.#failure;
  }

  /**
   * Copies a tensor's values off the GPU.
   *
   * @throws BackendError `out_of_memory`, `device_lost` or `device_failed` when anything since the start failed
   */
  override async read(dataId: object): Promise<tf.BackendValues> {
    if (this.#failure) throw this.#failure;
    try {
      const values = await super.read(dataId);
      if (this.#failure) throw this.#failure;
      return values;
    } catch (cause) {
      // A failed mapping is often the first sign of what the device reports a moment later.
      throw this.#failure ?? cause;
    }
  }

  /** @throws BackendError `synchronous_read` when the values are on the GPU alone */
  override readSync(dataId: object): tf.BackendValues {
    const { values } = this.tensorMap.get(dataId);
    if (values) return values;
    throw new BackendError("A tensor on the webgpu backend was read with dataSync(); use await data().", {
      code: "synchronous_read",
    });
  }
}

function describeFailure(error: GPUError): BackendError {
  if (error.constructor.name === "GPUOutOfMemoryError") {
    return new BackendError("The GPU has no memory left; train at a smaller size or batch.", {
      code: "out_of_memory",
      cause: error,
    });
  }
  const [what = "no reason given"] = error.message.trim().split("\n");
  return new BackendError(
    `The GPU refused a command (${what.replace(/\.$/, "")}); train at a smaller size or on another backend.`,
    { code: "device_failed", cause: error },
  );
}
