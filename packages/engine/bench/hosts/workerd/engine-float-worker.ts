import { engineContestant } from "../../contestants/engine.ts";
import relaxedSimd from "./inference.relaxed.wasm";
import simd from "./inference.wasm";
import { serveSubject } from "./serve-subject.ts";

// biome-ignore lint/style/noDefaultExport: what workerd calls
export default serveSubject(async () => engineContestant({ simd, relaxedSimd }, { arithmetic: "float" }));
