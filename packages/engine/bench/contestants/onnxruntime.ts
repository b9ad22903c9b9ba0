import * as ort from "onnxruntime-web/wasm";
import { interleave, planar } from "../planar.ts";
import type { Contestant } from "./contestant.ts";

/** onnxruntime-web on its WebAssembly backend, one thread. */
export function onnxruntimeContestant(): Contestant {
  ort.env.wasm.numThreads = 1;
  return {
    async load({ onnx }, image) {
      if (!onnx) throw new Error("there is no ONNX form of this model");
      const session = await ort.InferenceSession.create(onnx, { executionProviders: ["wasm"] });
      const { width, height, channels } = image;
      const input = new ort.Tensor("float32", planar(image), [1, channels, height, width]);
      const run = async () => (await session.run({ input })).output!;
      return {
        run,
        async output() {
          const { data, dims } = await run();
          const [, outputChannels, outputHeight, outputWidth] = dims;
          const shape = { channels: outputChannels!, height: outputHeight!, width: outputWidth! };
          return interleave(data as Float32Array, shape);
        },
      };
    },
  };
}
