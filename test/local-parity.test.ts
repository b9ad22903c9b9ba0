import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningServer, startServer } from "@unpaired/edge-api/serve";
import { Unpaired } from "@unpaired/sdk";
import { type LocalModel, loadModel } from "@unpaired/sdk/local";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { smallModel, writeRegistry } from "../packages/sdk/src/testing/published-model.ts";

// The real Worker in a real Workers runtime, and the model it gives to run here.
const published = smallModel();
let folder: string;
let server: RunningServer;
let local: LocalModel;
let client: Unpaired;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sdk-parity-"));
  await writeRegistry(folder, published);
  server = await startServer({ registryDirectory: folder });
  client = new Unpaired({ baseUrl: server.url });
  local = await loadModel("summer2winter", { baseUrl: server.url });
}, 60_000);
afterAll(async () => {
  local?.dispose();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

function picture(width: number, height: number, { isTranslucent = false } = {}) {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let index = 0; index < width * height; index++) {
    const [x, y] = [index % width, Math.floor(index / width)];
    const alpha = isTranslucent ? (x * 5) % 256 : 255;
    const [red, green, blue] = [Math.sin(x / 9), Math.cos(y / 7), Math.sin((x + 2 * y) / 13)];
    data.set([128 + 100 * red, 128 + 100 * green, 128 + 100 * blue, alpha], index * 4);
  }
  return { data, width, height };
}

type Format = "png" | "jpeg" | "webp";

async function encoded(size: Parameters<typeof picture>, format: Format = "png", orientation = 1) {
  const { data, width, height } = picture(...size);
  const image = sharp(data, { raw: { width, height, channels: 4 } }).toFormat(format, { quality: 95 });
  return new Uint8Array(await image.withMetadata({ orientation }).toBuffer());
}

async function pixelsOf(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height };
}

test.each<[string, Parameters<typeof picture>, { size?: number }]>([
  ["of the model's size", [32, 32], {}],
  ["larger and wide", [150, 90], {}],
  ["smaller and tall", [20, 31], {}],
  ["translucent", [64, 64, { isTranslucent: true }], {}],
  ["at another size", [70, 50], { size: 64 }],
])("an image %s is translated here as at the edge, to the last bit", async (_, size, options) => {
  const image = await encoded(size);
  const edge = await client.translate(image, { model: "summer2winter", format: "png", ...options });
  const here = await local.translate(image, { format: "png", ...options });
  expect(await pixelsOf(await here.bytes())).toEqual(await pixelsOf(await edge.bytes()));
  expect(here).toBeInstanceOf(edge.constructor);
  expect(Object.keys(here)).toEqual(Object.keys(edge));
  expect([here.model, here.version, here.contentType]).toEqual([edge.model, edge.version, edge.contentType]);
  expect(here.domainScore).toBeCloseTo(edge.domainScore!, 2);
  expect(here.requestId).toBeUndefined();
});

test.each<[Format, number]>([
  ["jpeg", 1],
  ["jpeg", 6],
  ["webp", 1],
])("a %s of orientation %i comes out as at the edge, but for the codecs' rounding", async (format, turn) => {
  const image = await encoded([120, 80], format, turn);
  const edge = await client.translate(image, { model: "summer2winter", format: "png" });
  const here = await local.translate(image, { format: "png" });
  const [a, b] = await Promise.all([pixelsOf(await here.bytes()), pixelsOf(await edge.bytes())]);
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  const squares = a.data.reduce((sum, value, index) => sum + (value - b.data[index]!) ** 2, 0);
  expect(Math.sqrt(squares / a.data.length)).toBeLessThan(4);
});

test("the client itself meets the real service: models, health, progress, a typed refusal", async () => {
  expect(await client.models.list()).toEqual([published.manifest]);
  expect(await client.models.get("summer2winter")).toEqual(published.manifest);
  expect(await client.health()).toMatchObject({ status: "ok" });
  const steps: number[] = [];
  const image = await encoded([300, 300]);
  const onUploadProgress = ({ sentBytes }: { sentBytes: number }) => void steps.push(sentBytes);
  await client.translate(image, { model: "summer2winter", onUploadProgress });
  expect([steps[0], steps.at(-1)]).toEqual([0, image.length]);
  await expect(client.models.get("autumn2spring")).rejects.toMatchObject({
    name: "NotFoundError",
    code: "model_not_found",
  });
});
