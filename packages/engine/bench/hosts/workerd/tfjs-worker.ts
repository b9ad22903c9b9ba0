import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { tfjsContestant } from "../../contestants/tfjs.ts";
import { instantiateImported } from "./imported-wasm.ts";
import { serveSubject } from "./serve-subject.ts";
import module from "./tfjs-backend-wasm-simd.wasm";

instantiateImported(module);

/** Bytes to fetch without a network; their content is never looked at. */
const NOTHING = "data:application/wasm,";

const binaries = {
  "tfjs-backend-wasm.wasm": NOTHING,
  "tfjs-backend-wasm-simd.wasm": NOTHING,
  "tfjs-backend-wasm-threaded-simd.wasm": NOTHING,
};

// biome-ignore lint/style/noDefaultExport: what workerd calls
export default serveSubject(() => tfjsContestant(() => setWasmPaths(binaries, true)));
