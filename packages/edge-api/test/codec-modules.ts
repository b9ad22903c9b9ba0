import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { CodecModules } from "../src/codecs/codec-modules.ts";

/** The codecs' WebAssembly as the Worker is deployed with it. */
export async function readCodecModules(): Promise<CodecModules> {
  const { resolve } = createRequire(import.meta.url);
  const compile = async (path: string) => WebAssembly.compile(await readFile(resolve(path)));
  return {
    jpegDecoder: await compile("@cwasm/jpeg-turbo/jpeg-turbo.wasm"),
    pngEncoder: await compile("@jsquash/png/codec/pkg/squoosh_png_bg.wasm"),
    webpDecoder: await compile("@jsquash/webp/codec/dec/webp_dec.wasm"),
    webpEncoder: await compile("@jsquash/webp/codec/enc/webp_enc_simd.wasm"),
  };
}
