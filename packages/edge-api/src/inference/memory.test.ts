import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, initializeWeights, resnetGenerator } from "@unpaired/core";
import { readEngineBinaries } from "@unpaired/engine/node";
import type { Hono } from "hono";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBrowserFiles } from "../../test/browser-files.ts";
import { readCodecModules } from "../../test/codec-modules.ts";
import { directoryBucket } from "../../test/directory-bucket.ts";
import { type LiveMemory, watchLiveMemory } from "../../test/live-memory.ts";
import { identity, publishModel } from "../../test/publish-model.ts";
import { createApp } from "../app.ts";
import type { AppEnv } from "../routes/route.ts";
import { createIsolateMemory, type IsolateMemory } from "./isolate-memory.ts";

const LIMIT_BYTES = 110_000_000;

let directory: string;
let app: Hono<AppEnv>;
let memory: IsolateMemory;
let live: LiveMemory;
const pictures = new Map<string, Uint8Array<ArrayBuffer>>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "unpaired-memory-"));
  const spec = resnetGenerator({ filters: 64, blocks: 2 });
  const weights = initializeWeights(spec, { random: createRandom(1) });
  const big = { version: "v1", spec, weights, sizePixels: 352, quantization: "uint8" } as const;
  for (const id of ["big-one", "big-two"]) await publishModel(directory, { id, ...big });
  await publishModel(directory, { id: "small", version: "v1", ...identity, sizePixels: 256 });

  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  const photo = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, noise, background: "#000" } });
  pictures.set("jpeg 256", new Uint8Array(await photo(256, 256).jpeg().toBuffer()));
  pictures.set("jpeg 2 MP", new Uint8Array(await photo(1_600, 1_200).jpeg({ progressive: true }).toBuffer()));
  pictures.set("png 2 MP", new Uint8Array(await photo(1_600, 1_200).png({ compressionLevel: 1 }).toBuffer()));
  pictures.set(
    "webp 4 MP",
    new Uint8Array(await photo(2_000, 2_000).webp({ effort: 0, quality: 40 }).toBuffer()),
  );

  const codecModules = await readCodecModules();
  const engineBinaries = await readEngineBinaries();
  memory = createIsolateMemory();
  live = watchLiveMemory();
  app = createApp({
    access: { ACCESS: "open" },
    registry: directoryBucket(directory),
    codecModules,
    engineBinaries,
    playgroundHtml: "",
    browserFiles: await readBrowserFiles(),
    build: "test",
    memory,
  });
}, 60_000);
afterAll(async () => {
  live.restore();
  await rm(directory, { recursive: true, force: true });
});

async function translate(model: string, picture: string, more = "") {
  const body = pictures.get(picture)!;
  const headers = { "content-type": `image/${picture.split(" ")[0]}`, "content-length": String(body.length) };
  const response = await app.request(`/translate?model=${model}${more}`, { method: "POST", headers, body });
  expect([response.status, response.status === 200 ? "" : await response.text()]).toEqual([200, ""]);
  return sharp(await response.arrayBuffer()).metadata();
}

describe("two big models, each more than half of what an isolate may hold", () => {
  it("take turns, with pictures of every kind, and never hold more than 110 MB", async () => {
    const requests = [
      ["big-one", "jpeg 256"],
      ["big-two", "jpeg 256"],
      ["big-one", "jpeg 2 MP"],
      ["big-two", "png 2 MP"],
      ["small", "webp 4 MP"],
      ["big-one", "webp 4 MP"],
      ["small", "jpeg 2 MP"],
    ] as const;
    for (const [model, picture] of requests) {
      await translate(model, picture);
      // What was let go of is really gone: only the service's own few megabytes are not somebody's.
      expect(live.bytes(), `held after ${model} and ${picture}`).toBeLessThan(memory.heldBytes() - 6_000_000);
      expect(memory.heldBytes()).toBeLessThan(LIMIT_BYTES);
    }
    expect(memory.peakBytes()).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(live.peakBytes()).toBeGreaterThan(60_000_000);
    expect(live.peakBytes()).toBeLessThan(LIMIT_BYTES);
  });

  it("come together, and still take turns", async () => {
    await Promise.all(
      ["big-one", "big-two", "small", "big-one"].map((model) => translate(model, "jpeg 256")),
    );
    expect(memory.peakBytes()).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(live.peakBytes()).toBeLessThan(LIMIT_BYTES);
  });

  it("make room for a result as large as the picture", async () => {
    const { width, height } = await translate("big-two", "jpeg 2 MP", "&keep-size");
    expect([width, height]).toEqual([1_600, 1_200]);
    expect(memory.peakBytes()).toBeLessThanOrEqual(LIMIT_BYTES);
  });
});
