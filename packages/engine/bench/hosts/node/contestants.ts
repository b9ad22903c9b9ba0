import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Contestant, ContestantName } from "../../contestants/contestant.ts";

/** Imports a contestant's code, and answers with what starts it: importing is not part of a cold start. */
export const nodeContestants: Readonly<Record<ContestantName, () => Promise<() => Promise<Contestant>>>> = {
  engine: () => importEngine({}),
  engineFloat: () => importEngine({ arithmetic: "float" }),
  async onnxruntime() {
    const { onnxruntimeContestant } = await import("../../contestants/onnxruntime.ts");
    return async () => onnxruntimeContestant();
  },
  async tfjs() {
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    const { tfjsContestant } = await import("../../contestants/tfjs.ts");
    const folder = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"));
    return () => tfjsContestant(() => setWasmPaths(join(folder, "/")));
  },
};

async function importEngine(settings: { readonly arithmetic?: "float" }) {
  const { readEngineBinaries } = await import("../../../src/node.ts");
  const { engineContestant } = await import("../../contestants/engine.ts");
  const binaries = await readEngineBinaries();
  return async () => engineContestant(binaries, settings);
}
