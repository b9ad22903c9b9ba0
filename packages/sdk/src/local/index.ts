import { canDecode } from "../decode-image.ts";
import { canvasCodec } from "./canvas-codec.ts";
import { createLoadModel, type LoadModel } from "./load-model.ts";
import { plainCodec } from "./plain-codec.ts";

export * from "./exports.ts";

/**
 * Loads a published model to run it in this page or Worker.
 *
 * @example
 * ```ts
 * import { loadModel } from "@unpaired/sdk/local";
 *
 * const model = await loadModel("summer2winter", { baseUrl: "https://api.example" });
 * const winter = await model.translate(file);
 * context.putImageData(await winter.imageData(), 0, 0);
 * ```
 */
export const loadModel: LoadModel = createLoadModel({
  codec: async () => (canDecode() ? canvasCodec : plainCodec),
});
