import { env } from "cloudflare:workers";
import jpegDecoder from "@cwasm/jpeg-turbo/jpeg-turbo.wasm";
import pngEncoder from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm";
import webpDecoder from "@jsquash/webp/codec/dec/webp_dec.wasm";
import webpEncoder from "@jsquash/webp/codec/enc/webp_enc_simd.wasm";
import relaxedSimd from "@unpaired/engine/inference.relaxed.wasm";
import simd from "@unpaired/engine/inference.wasm";
import { createApp } from "../src/app.ts";
import { createIsolateMemory } from "../src/inference/isolate-memory.ts";

const memories: WeakRef<WebAssembly.Memory>[] = [];
const { instantiate } = WebAssembly;
const remember = (instance: WebAssembly.Instance) => {
  for (const value of Object.values(instance.exports)) {
    if (value instanceof WebAssembly.Memory) memories.push(new WeakRef(value));
  }
  return instance;
};
WebAssembly.instantiate = (async (module: WebAssembly.Module, imports: WebAssembly.Imports) =>
  remember(await instantiate(module, imports))) as typeof instantiate;
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct: (target, args) => remember(Reflect.construct(target, args) as WebAssembly.Instance),
});

const none = new ArrayBuffer(0);
const noBrowserFiles = { "inference.wasm": none, "inference.relaxed.wasm": none, "local-worker.js": none };

/** The Worker as it is, telling with every answer what its isolate holds. */
// biome-ignore lint/style/noDefaultExport: the shape of a Worker
export default {
  async fetch(request: Request, bindings: unknown, context: unknown): Promise<Response> {
    // Each answer tells of its own request: the account begins anew.
    const memory = createIsolateMemory();
    const app = createApp({
      access: env,
      registry: env.REGISTRY,
      images: request.headers.has("x-without-images") ? undefined : env.IMAGES,
      codecModules: { jpegDecoder, pngEncoder, webpDecoder, webpEncoder },
      engineBinaries: { simd, relaxedSimd },
      playgroundHtml: "",
      browserFiles: noBrowserFiles,
      build: "test",
      memory,
    });
    memories.length = 0;
    const response = await app.fetch(request, bindings, context as never);
    const headers = new Headers(response.headers);
    headers.set("x-peak-bytes", String(memory.peakBytes()));
    const bytes = memories.map((memory) => memory.deref()?.buffer.byteLength ?? 0);
    headers.set("x-wasm-bytes", bytes.join(" "));
    return new Response(response.body, { status: response.status, headers });
  },
};
