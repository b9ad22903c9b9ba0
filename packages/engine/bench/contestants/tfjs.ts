import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { loadStock, runStock } from "../../src/testing/stock-tfjs.ts";
import type { Contestant } from "./contestant.ts";

/**
 * tfjs on its WebAssembly backend, one thread.
 *
 * @param locateBinary tells the backend where its binary is (`setWasmPaths`)
 */
export async function tfjsContestant(locateBinary: () => void): Promise<Contestant> {
  locateBinary();
  setThreadsCount(1);
  if (!(await tf.setBackend("wasm"))) throw new Error("tfjs cannot start its wasm backend");
  return {
    async load({ graphModel }, image) {
      const model = await loadStock(graphModel);
      return { run: () => runStock(model, image), output: () => runStock(model, image) };
    },
  };
}
