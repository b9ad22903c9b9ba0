import { env } from "cloudflare:workers";
import jpegDecoder from "@cwasm/jpeg-turbo/jpeg-turbo.wasm";
import pngEncoder from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm";
import webpDecoder from "@jsquash/webp/codec/dec/webp_dec.wasm";
import webpEncoder from "@jsquash/webp/codec/enc/webp_enc_simd.wasm";
import relaxedSimd from "@unpaired/engine/inference.relaxed.wasm";
import simd from "@unpaired/engine/inference.wasm";
import relaxedBytes from "../build/browser/inference.relaxed.wasm.bin";
import simdBytes from "../build/browser/inference.wasm.bin";
import localWorker from "../build/browser/local-worker.js.bin";
import packageJson from "../package.json" with { type: "json" };
import { createService } from "./app.ts";
import { isolateMemory } from "./inference/isolate-memory.ts";
import { jobBindings, type QueueBatch } from "./jobs/bindings.ts";
import playgroundHtml from "./playground/playground.html";
import studyHtml from "./study/study.html";

const { app, jobs } = createService({
  access: env,
  registry: env.REGISTRY,
  codecModules: { jpegDecoder, pngEncoder, webpDecoder, webpEncoder },
  images: env.IMAGES,
  engineBinaries: { simd, relaxedSimd },
  playgroundHtml,
  browserFiles: {
    "inference.wasm": simdBytes,
    "inference.relaxed.wasm": relaxedBytes,
    "local-worker.js": localWorker,
  },
  build: packageJson.version,
  jobBindings: jobBindings(env),
  study: env.JOBS_DB && { database: env.JOBS_DB, html: studyHtml },
  memory: isolateMemory,
  results: () => caches.open("translated"),
});

function jobsOrThrow() {
  // What is thrown here leaves the messages where they are.
  if (jobs === undefined) throw new Error("A queue is set up without JOBS_DB, PICTURES and TRANSLATIONS.");
  return jobs;
}

export default {
  fetch: app.fetch,
  queue: async (batch: QueueBatch) => jobsOrThrow().consume(batch),
  scheduled: async ({ scheduledTime }: { readonly scheduledTime: number }) =>
    jobsOrThrow().sweep(scheduledTime),
};
