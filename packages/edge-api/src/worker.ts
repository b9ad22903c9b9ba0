import { env } from "cloudflare:workers";
import jpegDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm";
import jpegEncoder from "@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm";
import png from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm";
import webpDecoder from "@jsquash/webp/codec/dec/webp_dec.wasm";
import webpEncoder from "@jsquash/webp/codec/enc/webp_enc_simd.wasm";
import relaxedSimd from "@unpaired/engine/inference.relaxed.wasm";
import simd from "@unpaired/engine/inference.wasm";
import packageJson from "../package.json" with { type: "json" };
import { createApp } from "./app.ts";
import playgroundHtml from "./playground/playground.html";

export default createApp({
  access: env,
  registry: env.REGISTRY,
  codecModules: { jpegDecoder, jpegEncoder, png, webpDecoder, webpEncoder },
  engineBinaries: { simd, relaxedSimd },
  playgroundHtml,
  build: packageJson.version,
});
