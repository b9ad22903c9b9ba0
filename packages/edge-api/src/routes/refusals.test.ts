import { readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { ReadableStream } from "node:stream/web";
import { createRandom, initializeWeights, resnetGenerator } from "@unpaired/core";
import { modelListSchema, problemSchema } from "@unpaired/core/contracts";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blankPng } from "../../test/blank-png.ts";
import { identity, invert, publishModel } from "../../test/publish-model.ts";
import { type ServedRegistry, serveRegistry } from "../../test/served-registry.ts";

let server: ServedRegistry;
let png: Uint8Array<ArrayBuffer>;

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length >> 1]! ^= 1;
  await writeFile(path, bytes);
}

beforeAll(async () => {
  png = new Uint8Array(
    await sharp({ create: { width: 64, height: 64, channels: 3, background: "#888" } })
      .png()
      .toBuffer(),
  );
  server = await serveRegistry(async (directory) => {
    const fixture = { version: "v1", sizePixels: 64 };
    await publishModel(directory, { id: "good", ...fixture, ...identity });
    const deep = resnetGenerator({ filters: 16, blocks: 1 });
    const weights = initializeWeights(deep, { random: createRandom(1) });
    await publishModel(directory, { id: "deep", ...fixture, spec: deep, weights });
    const damaged = await publishModel(directory, { id: "damaged-blob", ...fixture, ...invert });
    await flipByte(join(directory, damaged.files.weights[0]!.key));
    await publishModel(directory, { id: "damaged-manifest", ...fixture, ...identity });
    await writeFile(join(directory, "models/damaged-manifest/v1.json"), '{"schemaVersion": 1');
    await publishModel(directory, { id: "dangling", ...fixture, ...identity });
    await rm(join(directory, "models/dangling/v1.json"));
    await publishModel(directory, { id: "damaged-pointer", ...fixture, ...identity });
    await writeFile(join(directory, "models/damaged-pointer/latest.json"), "v1");
  });
});
afterAll(() => server.close());

async function problemOf(response: Response) {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem = problemSchema.parse(await response.json());
  expect(problem.status).toBe(response.status);
  expect(problem.requestId).toBe(response.headers.get("x-request-id"));
  expect(problem.detail).not.toMatch(/\bat .*:\d+:\d+|node_modules|\.ts\b/);
  return { status: problem.status, code: problem.code, detail: problem.detail, headers: response.headers };
}

async function refused(
  query: string,
  body: BodyInit | null = png,
  headers: Record<string, string> = { "content-type": "image/png" },
) {
  const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
  return problemOf(await fetch(`${server.url}/translate?${query}`, init));
}

describe("what is refused", () => {
  it("a path that does not exist", async () => {
    expect(await problemOf(await fetch(`${server.url}/nope`))).toMatchObject({
      status: 404,
      code: "not_found",
    });
  });

  it.each([
    ["GET", "/translate", "POST"],
    ["DELETE", "/models", "GET, HEAD"],
    ["PUT", "/models/good", "GET, HEAD"],
    ["POST", "/health", "GET, HEAD"],
    ["POST", "/", "GET, HEAD"],
  ])("%s %s, saying what is allowed", async (method, path, allow) => {
    const problem = await problemOf(await fetch(server.url + path, { method }));
    expect(problem).toMatchObject({ status: 405, code: "method_not_allowed" });
    expect(problem.headers.get("allow")).toBe(allow);
  });

  it("an answer type it does not speak", async () => {
    const headers = { "content-type": "image/png", accept: "text/html" };
    expect(await refused("model=good", png, headers)).toMatchObject({ status: 406, code: "not_acceptable" });
  });

  it.each([
    ["", '"model" is missing'],
    ["model=Not%20An%20Id", '"model" is "Not An Id"'],
    ["model=good&version=../x", '"version" is "../x"'],
    ["model=good&format=gif", '"format" is "gif"'],
    ["model=good&quality=0", '"quality" is "0"'],
    ["model=good&quality=high", '"quality" is "high"'],
    ["model=good&size=100000", '"size" is "100000"'],
    ["model=good&size=64&size=128", '"size" is given twice'],
    ["model=good&colour=red", '"colour" is unknown'],
  ])("parameters %j", async (query, detail) => {
    expect(await refused(query)).toMatchObject({
      status: 422,
      code: "invalid_parameter",
      detail: expect.stringContaining(detail),
    });
  });

  it("a size the engine has no memory for", async () => {
    const wide = await sharp({ create: { width: 64, height: 32, channels: 3, background: "#888" } })
      .png()
      .toBuffer();
    expect(await refused("model=deep&size=1024", wide)).toMatchObject({
      status: 422,
      code: "invalid_parameter",
      detail: expect.stringContaining("2048×1024"),
    });
  });

  it("an unknown model or version", async () => {
    expect(await refused("model=missing")).toMatchObject({ status: 404, code: "model_not_found" });
    expect(await refused("model=good&version=v9")).toMatchObject({ status: 404, code: "model_not_found" });
    for (const id of ["missing", "Not%20An%20Id", "..%2f..%2fetc"]) {
      const problem = await problemOf(await fetch(`${server.url}/models/${id}`));
      expect(problem).toMatchObject({ status: 404, code: "model_not_found" });
    }
  });

  it("what is wrong before the body is looked at, even while a large one is being sent", async () => {
    const large = new Uint8Array(12_000_000);
    for (let time = 0; time < 3; time++) {
      expect(await refused("model=missing", large)).toMatchObject({ status: 404 });
      expect(await refused("model=good&size=1", large)).toMatchObject({ status: 422 });
      expect(await refused("model=good", large, { "content-type": "text/plain" })).toMatchObject({
        status: 415,
      });
    }
  });

  it("a request without a body", async () => {
    expect(await refused("model=good", null)).toMatchObject({ status: 400, code: "invalid_request" });
    expect(await refused("model=good", null, {})).toMatchObject({ status: 400, code: "invalid_request" });
    expect(await refused("model=good", new Uint8Array(0))).toMatchObject({
      status: 400,
      code: "invalid_request",
    });
  });

  it("a POST that neither has nor announces a body", async () => {
    const { port } = new URL(server.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), "127.0.0.1");
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk;
        if (text.includes('"requestId"')) socket.destroy();
      });
      socket.on("close", () => resolve(text));
      socket.on("error", reject);
      socket.write(
        "POST /translate?model=good HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n\r\n",
      );
    });
    expect(answer).toMatch(/^HTTP\/1\.1 4(00|11) /);
    expect(answer).toMatch(/"code":"(invalid_request|length_required)"/);
  });

  it.each([
    ["text/plain", "text/plain"],
    ["image/gif", "image/gif"],
    ["application/octet-stream", "application/octet-stream"],
  ])("content type %s", async (contentType, named) => {
    expect(await refused("model=good", png, { "content-type": contentType })).toMatchObject({
      status: 415,
      code: "unsupported_image",
      detail: expect.stringContaining(named),
    });
  });

  it("a form that is broken, has no image, two, or text for one", async () => {
    const form = (...parts: (Blob | string)[]) => {
      const data = new FormData();
      for (const part of parts) data.append("image", part);
      return data;
    };
    const image = new Blob([png]);
    for (const body of [form(), form(image, image), form("text"), form(new Blob([]))]) {
      expect(await refused("model=good", body, {})).toMatchObject({ status: 400, code: "invalid_request" });
    }
    const headers = { "content-type": "multipart/form-data; boundary=x" };
    expect(await refused("model=good", "no boundary here", headers)).toMatchObject({ status: 400 });
    expect(await refused("model=good", "x", { "content-type": "multipart/form-data" })).toMatchObject({
      status: 400,
    });
  });

  it("a text file named .png", async () => {
    expect(await refused("model=good", "just some text")).toMatchObject({
      status: 415,
      code: "unsupported_image",
    });
    const form = new FormData();
    form.set("image", new File(["just some text"], "picture.png", { type: "image/png" }));
    expect(await refused("model=good", form, {})).toMatchObject({ status: 415, code: "unsupported_image" });
  });

  it("a CMYK JPEG", async () => {
    const bytes = await sharp(png).toColourspace("cmyk").jpeg().toBuffer();
    expect(await refused("model=good", bytes)).toMatchObject({
      status: 415,
      code: "unsupported_image",
      detail: expect.stringContaining("CMYK"),
    });
  });

  it("12,000×12,000 pixels", async () => {
    expect(await refused("model=good", blankPng(12_000, 12_000))).toMatchObject({
      status: 413,
      code: "image_too_large",
      detail: expect.stringContaining("12000×12000"),
    });
  });

  it.each(["png", "jpeg", "webp"] as const)("a truncated %s", async (format) => {
    const whole = await sharp({
      create: { width: 64, height: 64, channels: 3, noise: { type: "gaussian", mean: 128, sigma: 40 } },
    } as object)
      .toFormat(format)
      .toBuffer();
    expect(await refused("model=good", whole.subarray(0, whole.length / 2))).toMatchObject({
      status: 422,
      code: "undecodable_image",
    });
  });

  it("damaged pixels, again and again, without harm to the next picture", async () => {
    const noise = sharp({
      create: { width: 400, height: 400, channels: 3, noise: { type: "gaussian", mean: 128, sigma: 40 } },
    } as object);
    for (const format of ["png", "webp"] as const) {
      const damaged = Uint8Array.from(await noise.clone().toFormat(format, { lossless: true }).toBuffer());
      damaged.fill(0xa5, damaged.length >> 1, (damaged.length >> 1) + 200);
      for (let time = 0; time < 5; time++) {
        expect(await refused("model=good", damaged)).toMatchObject({
          status: 422,
          code: "undecodable_image",
        });
      }
    }
    const response = await fetch(`${server.url}/translate?model=good`, {
      method: "POST",
      headers: { "content-type": "image/png" },
      body: png,
    });
    expect(response.status).toBe(200);
  });

  describe("60 MB", () => {
    const sixtyMegabytes = 60_000_000;
    const chunks = function* () {
      for (let sent = 0; sent < sixtyMegabytes; sent += 65_536) yield new Uint8Array(65_536);
    };
    const tooLarge = { status: 413, code: "image_too_large" };

    it("with its length announced", async () => {
      expect(await refused("model=good", new Uint8Array(sixtyMegabytes))).toMatchObject(tooLarge);
    });

    it("in chunks without a length", async () => {
      expect(await refused("model=good", ReadableStream.from(chunks()) as unknown as BodyInit)).toMatchObject(
        tooLarge,
      );
    });

    it("inside a form", async () => {
      const form = new FormData();
      form.set("image", new Blob([new Uint8Array(sixtyMegabytes)]));
      expect(await refused("model=good", form, {})).toMatchObject(tooLarge);
    });
  });

  describe("a published model that is broken", () => {
    it.each([
      ["damaged-blob", "SHA-256"],
      ["damaged-manifest", "damaged"],
      ["damaged-pointer", "damaged"],
      ["dangling", "missing"],
    ])("%s is unavailable and says why", async (id, reason) => {
      const problem = await refused(`model=${id}`);
      expect(problem).toMatchObject({
        status: 503,
        code: "model_unavailable",
        detail: expect.stringContaining(reason),
      });
      expect(Number(problem.headers.get("retry-after"))).toBeGreaterThan(0);
    });

    it("leaves the others listed and served", async () => {
      const { models } = modelListSchema.parse(await (await fetch(`${server.url}/models`)).json());
      expect(models.map(({ id }) => id)).toEqual(["damaged-blob", "deep", "good"]);
      const init = { method: "POST", headers: { "content-type": "image/png" }, body: png };
      expect((await fetch(`${server.url}/translate?model=good`, init)).status).toBe(200);
    });
  });
});
