import { env } from "onnxruntime-web/wasm";
import { onnxruntimeContestant } from "../../contestants/onnxruntime.ts";
import { instantiateImported } from "./imported-wasm.ts";
import module from "./ort-wasm-simd-threaded.wasm";
import { serveSubject } from "./serve-subject.ts";

instantiateImported(module);
// Says that nothing is to be fetched; its content is never looked at.
env.wasm.wasmBinary = new ArrayBuffer(8);

// biome-ignore lint/style/noDefaultExport: what workerd calls
export default serveSubject(async () => onnxruntimeContestant());
