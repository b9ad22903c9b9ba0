import { readEngineBinaries } from "@unpaired/engine/node";
import { createLoadModel, type LoadModel } from "./load-model.ts";
import { LocalModelError } from "./local-model-error.ts";
import { nodeCodec } from "./sharp-codec.ts";

export * from "./exports.ts";

/**
 * Loads a published model to run it in Node; images other than pixels need `sharp` beside this package.
 *
 * @example
 * ```ts
 * import { loadModel } from "@unpaired/sdk/local";
 *
 * using model = await loadModel("summer2winter", { baseUrl: "http://localhost:8787" });
 * const winter = await model.translate(await openAsBlob("summer.jpg"), { format: "webp" });
 * await writeFile("winter.webp", await winter.bytes());
 * ```
 */
export const loadModel: LoadModel = createLoadModel({
  binaries: () =>
    readEngineBinaries().catch((cause: unknown) => {
      throw new LocalModelError("the engine's WebAssembly is missing; install @unpaired/engine anew", {
        code: "engine_unavailable",
        cause,
      });
    }),
  codec: nodeCodec,
});
