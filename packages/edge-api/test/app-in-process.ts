import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Hono } from "hono";
import type { AccessBindings } from "../src/access/guard-access.ts";
import { createApp } from "../src/app.ts";
import type { RegistryBucket } from "../src/model-registry/bucket.ts";
import type { AppEnv } from "../src/routes/route.ts";

const emptyBucket: RegistryBucket = {
  get: async () => null,
  list: async () => ({ objects: [], delimitedPrefixes: [], truncated: false }),
};

async function compiled(specifier: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(fileURLToPath(import.meta.resolve(specifier))));
}

/** The service as it is, without a Workers runtime around it and without a model. */
export async function appInProcess(
  access: AccessBindings,
  registry: RegistryBucket = emptyBucket,
): Promise<Hono<AppEnv>> {
  const page = new URL("../src/playground/playground.html", import.meta.url);
  return createApp({
    access,
    registry,
    codecModules: {
      jpegDecoder: await compiled("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"),
      jpegEncoder: await compiled("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm"),
      png: await compiled("@jsquash/png/codec/pkg/squoosh_png_bg.wasm"),
      webpDecoder: await compiled("@jsquash/webp/codec/dec/webp_dec.wasm"),
      webpEncoder: await compiled("@jsquash/webp/codec/enc/webp_enc_simd.wasm"),
    },
    engineBinaries: {
      simd: await compiled("@unpaired/engine/inference.wasm"),
      relaxedSimd: await compiled("@unpaired/engine/inference.relaxed.wasm"),
    },
    playgroundHtml: await readFile(page, "utf8"),
    build: "0.0.0",
  });
}
