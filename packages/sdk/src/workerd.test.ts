import { fileURLToPath } from "node:url";
import { readEngineBinaries } from "@unpaired/engine/node";
import { build } from "esbuild";
import { Miniflare, Response } from "miniflare";
import { afterAll, expect, test } from "vitest";
import { loadModel } from "./local/node.ts";
import { images } from "./testing/images.ts";
import { registryFiles, smallModel } from "./testing/published-model.ts";

/** A Worker that calls the API over a service binding and runs a model of its own. */
const worker = `
import { Unpaired } from "./index.ts";
import { loadModel } from "./local/index.ts";
import simd from "inference.wasm";

const codeOf = (error) => error.code;
export default {
  async fetch(request, { API }) {
    const options = { fetch: (url, init) => API.fetch(url, init), runtime: { sleep: async () => {} } };
    const client = new Unpaired({ baseUrl: "https://api.example", ...options });
    const steps = [];
    const result = await client.translate(request.body, {
      model: "echo",
      onUploadProgress: ({ sentBytes }) => void steps.push(sentBytes),
    });
    if (new URL(request.url).pathname === "/stream") return new Response(result.stream());
    const batch = [];
    for await (const item of client.translateBatch([await result.blob(), ""], { model: "echo" })) {
      batch.push(item.error ? item.error.code : item.result.contentType);
    }
    const pixels = { width: 24, height: 16, data: Uint8ClampedArray.from({ length: 1536 }, (_, i) => i % 256) };
    const engine = { simd, relaxedSimd: simd };
    const model = await loadModel("summer2winter", { registryUrl: "https://api.example", engine, ...options });
    const local = await model.translate(pixels);
    return Response.json({
      steps,
      batch: batch.sort(),
      objectUrl: await result.objectUrl().catch(codeOf),
      imageData: await result.imageData().catch(codeOf),
      decoding: await model.translate(await result.blob()).catch(codeOf),
      local: Array.from((await local.imageData()).data),
      type: (await local.blob()).type,
    });
  },
};`;

const published = smallModel();
let tries = 0;
async function answer(request: {
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}) {
  const { pathname } = new URL(request.url);
  const file = registryFiles(published).get(pathname.slice(1));
  if (file) return new Response(new Uint8Array(file));
  const body = await request.arrayBuffer();
  if (tries++ === 0) return new Response(null, { status: 503 });
  const headers = {
    "content-type": request.headers.get("content-type")!,
    "x-model": "m",
    "x-model-version": "v",
  };
  return new Response(body, { headers });
}

const { outputFiles } = await build({
  stdin: { contents: worker, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "ts" },
  bundle: true,
  write: false,
  format: "esm",
  target: "es2024",
  conditions: ["workerd", "import"],
  external: ["*.wasm"],
});
const { simd } = await readEngineBinaries();
const miniflare = new Miniflare({
  cf: false,
  telemetry: { enabled: false },
  workers: [
    {
      config: {
        name: "sdk",
        compatibilityDate: "2026-08-04",
        compatibilityFlags: ["no_nodejs_compat"],
        manifest: {
          mainModule: "worker.js",
          modules: {
            "worker.js": { type: "esm", contents: outputFiles[0]!.text },
            "inference.wasm": { type: "wasm", contents: new Uint8Array(simd as Uint8Array<ArrayBuffer>) },
          },
        },
        env: { API: { type: "fetcher", handler: answer } },
      },
    },
  ],
});
afterAll(() => miniflare.dispose());

const ask = (path: string) =>
  miniflare.dispatchFetch(`http://worker${path}`, { method: "POST", body: images.png });

test("a Worker passes its request's body on and streams the answer, a failed try in between", async () => {
  const response = await ask("/stream");
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(images.png);
  expect(tries).toBe(2);
});

test("a Worker runs the model as Node does, and says what its platform lacks", async () => {
  const { local, ...facts } = (await (await ask("/")).json()) as Record<string, unknown>;
  expect(facts).toEqual({
    steps: [0, images.png.length],
    batch: ["image/png", "unsupported_image"],
    objectUrl: "unsupported_platform",
    imageData: "unsupported_platform",
    decoding: "unsupported_platform",
    type: "image/png",
  });
  using model = await loadModel(published);
  const data = Uint8ClampedArray.from({ length: 1536 }, (_, index) => index % 256);
  const here = await model.translate({ width: 24, height: 16, data });
  expect(local).toEqual(Array.from((await here.imageData()).data));
});
