import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Manifest } from "@unpaired/core/contracts";
import fc from "fast-check";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { appInProcess } from "../../test/app-in-process.ts";
import { type DocumentedAnswers, documentedAnswers } from "../../test/documented-answers.ts";
import { invert, publishModel } from "../../test/publish-model.ts";
import { type ServedRegistry, serveRegistry } from "../../test/served-registry.ts";
import { sha256Hex } from "../model-registry/sha256.ts";
import type { OpenApiDocument } from "./types.ts";

const run = promisify(execFile);
let server: ServedRegistry;
let manifest: Manifest;
let document: OpenApiDocument;
let documented: DocumentedAnswers;
let png: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  const grey = sharp({ create: { width: 48, height: 32, channels: 3, background: "#456" } });
  png = new Uint8Array(await grey.png().toBuffer());
  server = await serveRegistry(async (directory) => {
    const domainStatistics = [{ name: "redMean", mean: 0, standardDeviation: 0.3 }];
    manifest = await publishModel(directory, {
      id: "summer2winter",
      version: "v1",
      ...invert,
      sizePixels: 32,
      domainStatistics,
    });
    await publishModel(directory, { id: "dangling", version: "v1", ...invert, sizePixels: 32 });
    await rm(join(directory, "models/dangling/v1.json"));
  });
  document = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApiDocument;
  documented = documentedAnswers(document);
});
afterAll(() => server.close());

const translate = (query: string, init: RequestInit = {}): [string, string, string, RequestInit] => [
  "post",
  "/translate",
  `/translate?${query}`,
  { method: "POST", headers: { "content-type": "image/png" }, body: png, ...init },
];
const get = (path: string, url = path, init: RequestInit = {}): [string, string, string, RequestInit] => [
  "get",
  path,
  url,
  init,
];
const accepting = (accept: string) => ({ headers: { "content-type": "image/png", accept } });

const requests: readonly [number, string, () => [string, string, string, RequestInit]][] = [
  [200, "a translation as sent", () => translate("model=summer2winter")],
  [200, "a translation as WebP", () => translate("model=summer2winter&format=webp&quality=60&size=64")],
  [200, "a translation as JPEG", () => translate("model=summer2winter", accepting("image/jpeg"))],
  [200, "a translation as JSON", () => translate("model=summer2winter", accepting("application/json"))],
  [200, "a translation as large", () => translate("model=summer2winter&keep-size&fit=cover")],
  [422, "a picture far from the domain", () => translate("model=summer2winter&reject-above=0.001")],
  [200, "a form", () => translate("model=summer2winter", { body: form(), headers: {} })],
  [400, "an empty body", () => translate("model=summer2winter", { body: new Uint8Array(0) })],
  [404, "an unknown model", () => translate("model=missing")],
  [406, "an answer it does not speak", () => translate("model=summer2winter", accepting("text/html"))],
  [413, "20 MB and one", () => translate("model=summer2winter", { body: new Uint8Array(20_000_001) })],
  [415, "a text", () => translate("model=summer2winter", { body: "text" })],
  [422, "half a PNG", () => translate("model=summer2winter", { body: png.subarray(0, 40) })],
  [422, "a parameter out of range", () => translate("model=summer2winter&quality=0")],
  [503, "a model that is not there any more", () => translate("model=dangling")],
  [200, "the models", () => get("/models")],
  [200, "a model", () => get("/models/{id}", "/models/summer2winter")],
  [200, "one version of it", () => get("/models/{id}", "/models/summer2winter?version=v1")],
  [404, "a version that is not", () => get("/models/{id}", "/models/summer2winter?version=v9")],
  [200, "a model's graph", () => get(fileOfModel, modelFile("model"))],
  [200, "a model's weights", () => get(fileOfModel, modelFile("weights"))],
  [404, "a file it has not", () => get(fileOfModel, `${modelFiles}/${"0".repeat(64)}`)],
  [200, "the engine", () => get("/engine/{file}", "/engine/inference.wasm")],
  [200, "the engine's page worker", () => get("/engine/{file}", "/engine/local-worker.js")],
  [404, "an engine of another time", () => get("/engine/{build}/{file}", "/engine/0/inference.wasm")],
  [404, "a model that is not published", () => get("/models/{id}", "/models/missing")],
  [503, "a model without its manifest", () => get("/models/{id}", "/models/dangling")],
  [200, "health", () => get("/health")],
  [200, "the document itself", () => get("/openapi.json")],
  [200, "the reference", () => get("/docs")],
  [200, "the playground", () => get("/")],
];

const fileOfModel = "/models/{id}/versions/{version}/files/{sha256}";
const modelFiles = "/models/summer2winter/versions/v1/files";
function modelFile(name: "model" | "weights"): string {
  const file = [manifest.files[name]].flat()[0]!;
  return `${modelFiles}/${file.sha256}`;
}

function form(): FormData {
  const data = new FormData();
  data.set("image", new Blob([png]));
  return data;
}

async function expectDocumented(method: string, path: string, response: Response): Promise<void> {
  expect(await documented.differences(method, path, response)).toEqual([]);
}

describe("what the service answers is what the document says", () => {
  it.each(requests)("%i to %s", async (status, _, request) => {
    const [method, path, url, init] = request();
    const response = await fetch(server.url + url, init);
    expect(response.status).toBe(status);
    await expectDocumented(method, path, response);
  });

  it.each(["/models", "/openapi.json", "/engine/inference.wasm"])("304 of %s", async (url) => {
    const path = url.replace(/inference.wasm$/, "{file}");
    const etag = (await fetch(server.url + url)).headers.get("etag")!;
    const response = await fetch(server.url + url, { headers: { "if-none-match": etag } });
    expect(response.status).toBe(304);
    await expectDocumented("get", path, response);
  });

  it.each(["image/png", "application/json"])("304 of a translation to %s", async (accept) => {
    const ask = (headers: Record<string, string>) =>
      fetch(`${server.url}/translate?model=summer2winter`, {
        method: "POST",
        headers: { "content-type": "image/png", accept, ...headers },
        body: png,
      });
    const first = await ask({});
    await first.arrayBuffer();
    const response = await ask({ "if-none-match": first.headers.get("etag")! });
    expect(response.status).toBe(304);
    await expectDocumented("post", "/translate", response);
  });

  it.each([
    [401, "post", "/translate", "/translate?model=summer2winter", {}],
    [401, "get", "/models", "/models", {}],
    [403, "post", "/translate", "/translate?model=summer2winter", { "x-api-key": "key" }],
    [403, "get", "/models/{id}", "/models/summer2winter", { authorization: "Bearer key" }],
    [200, "get", "/models", "/models", { authorization: "Bearer key" }],
    [200, "get", "/health", "/health", {}],
  ])("%i to %s %s where keys are asked for", async (status, method, path, url, headers) => {
    const sha256 = await sha256Hex(new TextEncoder().encode("key"));
    const keys = JSON.stringify([{ id: "mobile", sha256, models: ["winter2summer"] }]);
    const app = await appInProcess({ API_KEYS: keys });
    const response = await app.request(url, { method: method.toUpperCase(), headers: new Headers(headers) });
    expect(response.status).toBe(status);
    await expectDocumented(method, path, response);
  });

  it("500 where it is left open who may ask", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const response = await (await appInProcess({})).request("/models");
    logged.mockRestore();
    expect(response.status).toBe(500);
    await expectDocumented("get", "/models", response);
  });

  it("would be noticed if it were not", async () => {
    const headers = { "x-request-id": "request-1", "x-model": "m", "content-type": "application/json" };
    const wrong = Response.json({ status: "fine", build: "1", engine: "simd" }, { headers });
    expect(await documented.differences("get", "/health", wrong)).toEqual([
      "x-model is there",
      "no cache-control",
      "/status must be equal to one of the allowed values",
    ]);
    expect(await documented.differences("get", "/health", new Response(null, { status: 204 }))).toEqual([
      "get /health answers 204",
    ]);
  });

  it("answers a parameter the document does not know, or a value its schema refuses, with 422", async () => {
    const { parameters = [] } = document.paths["/translate"]!.post!;
    for (const { name, in: place, schema } of parameters) {
      if (place !== "query") continue;
      for (const value of ["", "\u0000", "-1", "1e9", "0.5", "../x", "NaN", "é".repeat(99)]) {
        const isNumeric = schema.type === "integer" || schema.type === "number";
        if (documented.accepts(schema, isNumeric ? Number(value) : value)) continue;
        const query = new URLSearchParams({ model: "summer2winter", [name]: value });
        const response = await fetch(`${server.url}/translate?${query}`, translate("")[3]);
        expect([name, value, response.status]).toEqual([name, value, 422]);
        await response.arrayBuffer();
      }
    }
  });
});

describe("whatever is sent", () => {
  it("gets a documented answer, and never a 5xx from a model that works", async () => {
    const word = fc.oneof(fc.string({ maxLength: 40 }), fc.integer().map(String), fc.double().map(String));
    const mangled = fc
      .tuple(fc.nat(png.length), fc.uint8Array({ maxLength: 30 }))
      .map(([cut, tail]) => Buffer.concat([png.subarray(0, cut), tail]));
    const { parameters = [] } = document.paths["/translate"]!.post!;
    const names = parameters.filter((one) => one.in === "query").map(({ name }) => name);
    const requests = fc.record({
      model: fc.constantFrom("summer2winter", "summer2winter", "missing", "../x"),
      query: fc.dictionary(fc.constantFrom(...names, "other"), word, { maxKeys: 2 }),
      type: fc.constantFrom("image/png", "image/jpeg", "multipart/form-data; boundary=x", "text/plain", ""),
      accept: fc.constantFrom("*/*", "image/*;q=0.2, application/json", "image/webp", "text/html", ";;,q=x"),
      body: fc.oneof(fc.constant(png), fc.uint8Array({ maxLength: 200 }), mangled),
    });
    await fc.assert(
      fc.asyncProperty(requests, async ({ model, query, type, accept, body }) => {
        const response = await fetch(`${server.url}/translate?${new URLSearchParams({ model, ...query })}`, {
          method: "POST",
          headers: { "content-type": type, accept },
          body: new Uint8Array(body),
        });
        const { status } = response;
        expect([status, await documented.differences("post", "/translate", response)]).toEqual([status, []]);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe("the examples work as they stand", () => {
  const samples = () =>
    Object.values(document.paths)
      .flatMap((item) => Object.values(item))
      .flatMap((operation) => operation["x-codeSamples"] ?? []);
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "unpaired-samples-"));
    await writeFile(join(directory, "summer.jpg"), await sharp(png).jpeg().toBuffer());
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it("with curl", async (context) => {
    const hasCurl = await run("curl", ["--version"]).then(
      () => true,
      () => false,
    );
    if (!hasCurl) context.skip("there is no curl here");
    for (const { lang, source } of samples()) {
      if (lang === "Shell")
        await run("sh", ["-e", "-c", source.replace("curl", "curl --silent")], { cwd: directory });
    }
    expect((await sharp(await readFile(join(directory, "winter.webp"))).metadata()).format).toBe("webp");
  });

  it("with the SDK", async () => {
    const sdk = new URL("../../../sdk/src/index.ts", import.meta.url).href;
    const sources = samples().filter(({ lang }) => lang === "TypeScript");
    expect(sources.length).toBeGreaterThanOrEqual(4);
    await rm(join(directory, "winter.webp"), { force: true });
    for (const { source } of sources) {
      const script = join(directory, "sample.mts");
      await writeFile(script, source.replace('"@unpaired/sdk"', JSON.stringify(sdk)));
      const { stdout } = await run(process.execPath, ["--experimental-strip-types", script], {
        cwd: directory,
      });
      expect(stdout).toMatch(/\S/);
    }
    expect((await sharp(await readFile(join(directory, "winter.webp"))).metadata()).format).toBe("webp");
  });
});
