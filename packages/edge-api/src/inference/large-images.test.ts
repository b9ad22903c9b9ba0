import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineBinaries } from "@unpaired/engine";
import { readEngineBinaries } from "@unpaired/engine/node";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBrowserFiles } from "../../test/browser-files.ts";
import { readCodecModules } from "../../test/codec-modules.ts";
import { directoryBucket } from "../../test/directory-bucket.ts";
import { watchLiveMemory } from "../../test/live-memory.ts";
import { problemOf } from "../../test/problem-of.ts";
import { identity, publishModel } from "../../test/publish-model.ts";
import { createApp } from "../app.ts";
import type { CodecModules } from "../codecs/codec-modules.ts";
import { createRegistryCopier } from "../serve/registry-copier.ts";
import { type LocalWorker, startWorker } from "../serve/start-worker.ts";
import { createIsolateMemory } from "./isolate-memory.ts";

const LIMIT_BYTES = 110_000_000;
/** What the account takes for granted, and nobody can weigh. */
const BASE_BYTES = 12_000_000;
const WIDTH = 5_000;
const HEIGHT = 5_000;
const MODEL_SIDE = 128;

let directory: string;
let worker: LocalWorker;
let raw: Buffer;
let codecModules: CodecModules;
let engineBinaries: EngineBinaries;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "unpaired-large-"));
  await publishModel(directory, { id: "model", version: "v1", ...identity, sizePixels: MODEL_SIDE });
  const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
  const small = await sharp({
    create: { width: 12, height: 12, channels: 4, noise, background: "#000" },
  } as object)
    .png()
    .toBuffer();
  raw = await sharp(small).resize(WIDTH, HEIGHT).raw().toBuffer();
  // Fewer levels, so that a PNG of it is no larger than what may be sent.
  for (let index = 0; index < raw.length; index++) raw[index]! &= 0xfc;
  worker = await startWorker(fileURLToPath(new URL("../../test/weighed-worker.jsonc", import.meta.url)), {
    ACCESS: "open",
    RATE_LIMIT: "off",
  });
  await createRegistryCopier(directory, worker.registry).copy();
  codecModules = await readCodecModules();
  engineBinaries = await readEngineBinaries();
}, 60_000);
afterAll(async () => {
  await worker?.close();
  await rm(directory, { recursive: true, force: true });
});

const translucent = () => sharp(raw, { raw: { width: WIDTH, height: HEIGHT, channels: 4 } });
const opaque = () => translucent().removeAlpha();
const turned = { orientation: 6 };

const fitting: readonly (readonly [string, "png" | "jpeg" | "webp", () => Sharp])[] = [
  ["JPEG", "jpeg", () => opaque().jpeg()],
  ["turned JPEG", "jpeg", () => opaque().withMetadata(turned).jpeg()],
  ["progressive JPEG", "jpeg", () => opaque().jpeg({ progressive: true })],
  ["PNG", "png", () => opaque().png({ compressionLevel: 1 })],
  ["PNG with alpha", "png", () => translucent().png({ compressionLevel: 1 })],
  ["interlaced PNG", "png", () => opaque().png({ compressionLevel: 1, progressive: true })],
];

/** Room that is made for what a portion of a hostile PNG could inflate to. */
const PORTION_BYTES = 4_096 * 1_032;
/** Those that hold most, each in another way, and what of their account they do not take. */
const weighed = [
  ["progressive JPEG", 0],
  ["PNG", PORTION_BYTES],
] as const;

const beyond: typeof fitting = [
  ["turned WebP", "webp", () => opaque().withMetadata(turned).webp({ effort: 0 })],
  [
    "progressive JPEG of full colour",
    "jpeg",
    () => opaque().withMetadata(turned).jpeg({ progressive: true, chromaSubsampling: "4:4:4" }),
  ],
];

function translate(type: string, body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  return fetch(`http://127.0.0.1:${worker.port}/translate?model=model&format=png`, {
    method: "POST",
    headers: { "content-type": `image/${type}`, ...headers },
    body,
  });
}

/** Mean difference of each channel of two pictures of the model's size; colours are laid over white by the service. */
async function differences(ours: ArrayBuffer, original: Uint8Array): Promise<number[]> {
  const theirs = await sharp(original)
    .autoOrient()
    .resize(MODEL_SIDE, MODEL_SIDE, { kernel: "linear" })
    .png()
    .toBuffer();
  const pairs = [
    [sharp(ours).removeAlpha(), sharp(theirs).flatten({ background: "#fff" })],
    [sharp(ours).ensureAlpha().extractChannel(3), sharp(theirs).ensureAlpha().extractChannel(3)],
  ] as const;
  return Promise.all(
    pairs.map(async (pair) => {
      const [left, right] = await Promise.all(pair.map((picture) => picture.raw().toBuffer()));
      expect(left!.length).toBe(right!.length);
      return left!.reduce((sum, value, at) => sum + Math.abs(value - right![at]!), 0) / left!.length;
    }),
  );
}

const bodies = new Map<string, Uint8Array<ArrayBuffer>>();
async function bodyOf(name: string, make: () => Sharp): Promise<Uint8Array<ArrayBuffer>> {
  const body = bodies.get(name) ?? new Uint8Array(await make().toBuffer());
  bodies.set(name, body);
  return body;
}

describe("25 megapixels within 110 MB", () => {
  it.each(fitting)("%s", async (name, type, make) => {
    const body = await bodyOf(name, make);
    expect(body.length).toBeLessThan(20_000_000);
    const response = await translate(type, body, { "x-without-images": "" });
    expect(response.status).toBe(200);
    const peakBytes = Number(response.headers.get("x-peak-bytes"));
    expect(peakBytes).toBeGreaterThan(BASE_BYTES + body.length);
    expect(peakBytes).toBeLessThanOrEqual(LIMIT_BYTES);
    // The largest memory of the codecs, the model and the file lie in the account one beside the other.
    const wasmBytes = response.headers.get("x-wasm-bytes")!.split(" ").map(Number);
    expect(Math.max(...wasmBytes) + body.length + BASE_BYTES).toBeLessThanOrEqual(peakBytes);
    const [color, opacity] = await differences(await response.arrayBuffer(), body);
    expect(color).toBeLessThan(2);
    expect(opacity).toBeLessThan(2);
  });

  it.each(beyond)("%s, once it was shrunk", async (name, type, make) => {
    const body = await bodyOf(name, make);
    const response = await translate(type, body);
    expect([response.status, response.status === 200 ? "" : await response.text()]).toEqual([200, ""]);
    expect(Number(response.headers.get("x-peak-bytes"))).toBeLessThanOrEqual(LIMIT_BYTES);
    const [color, opacity] = await differences(await response.arrayBuffer(), body);
    expect(color).toBeLessThan(2);
    expect(opacity).toBeLessThan(2);

    const refused = await problemOf(await translate(type, body, { "x-without-images": "" }));
    expect(refused).toMatchObject({ status: 413, code: "image_too_large" });
    expect(refused.detail).toMatch(/5000×5000.* about \d+(\.\d)? megapixels.*PNG/);
  });

  it.each(weighed)("%s really takes what the account says", async (name, reservedBytes) => {
    const [, type, make] = fitting.find(([found]) => found === name)!;
    const body = await bodyOf(name, make);
    const memory = createIsolateMemory();
    const live = watchLiveMemory({ atInflating: true });
    try {
      const app = createApp({
        access: { ACCESS: "open" },
        registry: directoryBucket(directory),
        codecModules,
        engineBinaries,
        playgroundHtml: "",
        browserFiles: await readBrowserFiles(),
        build: "test",
        memory,
      });
      const headers = { "content-type": `image/${type}`, "content-length": String(body.length) };
      const response = await app.request("/translate?model=model", { method: "POST", headers, body });
      expect(response.status).toBe(200);
      const ratio = (live.peakBytes() + BASE_BYTES + reservedBytes) / memory.peakBytes();
      expect(ratio).toBeGreaterThan(0.9);
      expect(ratio).toBeLessThan(1.1);
    } finally {
      live.restore();
    }
  });
});
