import { afterAll, expect, test } from "vitest";
import { NotFoundError } from "../api-error.ts";
import { InvalidArgumentError } from "../errors.ts";
import { useApiServer } from "../testing/api-server.ts";
import { registryFiles, smallModel } from "../testing/published-model.ts";
import { loadModel as loadInBrowser } from "./index.ts";
import type { LoadProgress } from "./load-progress.ts";
import { LocalModelError } from "./local-model-error.ts";
import { loadModel } from "./node.ts";
import type { PublishedModel } from "./published-model.ts";

const { serve } = useApiServer();
const published = smallModel();
const pixels = { width: 8, height: 8, data: new Uint8ClampedArray(256).fill(200) };

function serveFiles(origin: string, files = registryFiles(published)) {
  return [...files].map(([key, bytes]) =>
    serve(`${origin}/${key}`, () => new Response(new Uint8Array(bytes))),
  );
}

const given = await loadModel(published);
const expected = (await given.translate(pixels)).imageData();
afterAll(() => given.dispose());

test("a model is fetched from the API: its manifest, then its blobs, with the key", async () => {
  const manifests = serve("/models/summer2winter", () => Response.json(published.manifest));
  const { model: file, weights } = published.manifest.files;
  const serveFile = ({ sha256 }: { sha256: string }, bytes: Uint8Array) =>
    serve(`/models/summer2winter/versions/v1/files/${sha256}`, () => new Response(new Uint8Array(bytes)));
  const blobs = serveFile(file, published.files.model);
  for (const [index, shard] of weights.entries()) serveFile(shard, published.files.weights[index]!);
  const progress: LoadProgress[] = [];
  const onProgress = (step: LoadProgress) => void progress.push(step);
  const options = { baseUrl: "https://api.example", apiKey: "key-1", version: "v1", onProgress };
  using model = await loadModel("summer2winter", options);
  expect(manifests[0]!.url.search).toBe("?version=v1");
  const totalBytes = [file, ...weights].reduce((sum, { bytes }) => sum + bytes, 0);
  expect(progress.at(-1)).toEqual({ loadedBytes: totalBytes, totalBytes });
  const steps = progress.map(({ loadedBytes }) => loadedBytes);
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  expect(model.manifest).toEqual(published.manifest);
  expect(await (await model.translate(pixels)).imageData()).toEqual(await expected);
  expect([manifests[0], blobs[0]].map((call) => call!.headers.get("authorization"))).toEqual([
    "Bearer key-1",
    "Bearer key-1",
  ]);
});

test("a model is fetched from a registry's files on any web server", async () => {
  serveFiles("https://cdn.example/registry");
  using model = await loadModel("summer2winter", { registryUrl: "https://cdn.example/registry" });
  expect(await (await model.translate(pixels)).imageData()).toEqual(await expected);
});

test("one version of it may be asked for, without the pointer", async () => {
  const files = registryFiles(published);
  files.delete("models/summer2winter/latest.json");
  serveFiles("https://cdn.example", files);
  const options = { registryUrl: "https://cdn.example", version: "v1", maxRetries: 0 };
  using model = await loadModel("summer2winter", options);
  expect(model.manifest.version).toBe("v1");
});

test("a file that fails for a moment is fetched again", async () => {
  serveFiles("https://cdn.example");
  const { key } = published.manifest.files.model;
  const received = serve(`https://cdn.example/${key}`, (_, index) =>
    index === 0 ? new Response(null, { status: 503 }) : new Response(new Uint8Array(published.files.model)),
  );
  const runtime = { sleep: async () => {} };
  using _ = await loadModel("summer2winter", { registryUrl: "https://cdn.example", runtime });
  expect(received).toHaveLength(2);
});

test("a model nobody published is a NotFoundError", async () => {
  serve("/models/autumn", () => new Response(null, { status: 404 }));
  const call = loadModel("autumn", { baseUrl: "https://api.example" });
  await expect(call).rejects.toThrow(NotFoundError);
});

test.each<[string, (model: PublishedModel) => PublishedModel, string]>([
  [
    "a flipped bit",
    ({ manifest, files }) => {
      const model = files.model.slice();
      model[20]! ^= 1;
      return { manifest, files: { ...files, model } };
    },
    "damaged_file",
  ],
  [
    "a missing shard",
    ({ manifest, files }) => ({ manifest, files: { ...files, weights: [] } }),
    "damaged_file",
  ],
  ["no manifest", ({ files }) => ({ manifest: null as never, files }), "invalid_manifest"],
])("files with %s are refused", async (_, spoil, code) => {
  const error = await loadModel(spoil(published)).catch((error) => error);
  expect(error).toBeInstanceOf(LocalModelError);
  expect(error.code).toBe(code);
});

test("a damaged copy is fetched once more, past every cache", async () => {
  serveFiles("https://cdn.example");
  const { model } = published.manifest.files;
  const modes: (string | undefined)[] = [];
  const options = {
    registryUrl: "https://cdn.example",
    fetch: async (url: string, init: RequestInit) => {
      const isModel = url.endsWith(model.key);
      if (isModel) modes.push((init as { cache?: string }).cache);
      return isModel && modes.length === 1 ? new Response("{") : fetch(url, init);
    },
  };
  using loaded = await loadModel("summer2winter", options);
  expect(loaded.manifest).toEqual(published.manifest);
  expect(modes).toEqual([undefined, "reload"]);
});

test("a damaged blob from the network is refused", async () => {
  serveFiles("https://cdn.example");
  serve(`https://cdn.example/${published.manifest.files.model.key}`, () => new Response("<html>"));
  const call = loadModel("summer2winter", { registryUrl: "https://cdn.example" });
  await expect(call).rejects.toMatchObject({ name: "LocalModelError", code: "damaged_file" });
});

test("whole files that are no model are refused with the engine's reason", async () => {
  const text = new TextEncoder().encode("{}");
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  const sha256 = Buffer.from(digest).toString("hex");
  const file = { key: `blobs/sha256/${sha256}`, bytes: text.length, sha256 };
  const { manifest } = published;
  const error = await loadModel({
    manifest: { ...manifest, files: { model: file, weights: [file] } },
    files: { model: text, weights: [text] },
  }).catch((error) => error);
  expect(error).toMatchObject({ name: "LocalModelError", code: "invalid_model" });
  expect(LocalModelError.isInstance(error)).toBe(true);
});

const { manifest } = published;
test.each<[string, unknown]>([
  ["text", "hello"],
  ["no input", { ...manifest, input: undefined }],
  ["an endless size", { ...manifest, input: { ...manifest.input, sizePixels: 1e9 } }],
  ["two channels", { ...manifest, input: { ...manifest.input, channels: 2 } }],
  ["no weights", { ...manifest, files: { ...manifest.files, weights: [] } }],
  [
    "a key that leads elsewhere",
    { ...manifest, files: { ...manifest.files, model: { ...manifest.files.model, key: "../../etc" } } },
  ],
  [
    "a file of a terabyte",
    { ...manifest, files: { ...manifest.files, model: { ...manifest.files.model, bytes: 1e12 } } },
  ],
  ["statistics that are none", { ...manifest, domainStatistics: [{ name: "redMean" }] }],
  ["another model's id", { ...manifest, id: "other" }],
])("a manifest with %s is refused before a file is fetched", async (_, value) => {
  serve("/models/summer2winter", () => Response.json(value));
  const error = await loadModel("summer2winter", { baseUrl: "https://api.example" }).catch((error) => error);
  expect(["invalid_manifest", "malformed_answer"]).toContain(error.code);
});

test.each<[string, Parameters<typeof loadModel>]>([
  ["no address", ["summer2winter", {} as never]],
  ["no name", ["", { baseUrl: "https://api.example" }]],
  ["a path for a name", ["..", { baseUrl: "https://api.example" }]],
] as never)("%s is refused at once", async (_, parameters) => {
  await expect(loadModel(...parameters)).rejects.toThrow(InvalidArgumentError);
});

test("elsewhere than in Node the engine's address is needed", async () => {
  await expect(loadInBrowser(published)).rejects.toMatchObject({ code: "engine_unavailable" });
});

test("without an address of its own the engine is the service's", async () => {
  const { readEngineBinaries } = await import("@unpaired/engine/node");
  const { simd } = await readEngineBinaries();
  const bytes = new Uint8Array(simd as Uint8Array<ArrayBuffer>);
  const received = serve("/engine/inference.wasm", () => new Response(bytes));
  const { model: file, weights } = published.manifest.files;
  serve("/models/summer2winter", () => Response.json(published.manifest));
  for (const [index, { sha256 }] of [file, ...weights].entries()) {
    const whole = [published.files.model, ...published.files.weights][index]!;
    serve(`/models/summer2winter/versions/v1/files/${sha256}`, () => new Response(new Uint8Array(whole)));
  }
  using model = await loadInBrowser("summer2winter", { baseUrl: "https://api.example", apiKey: "key-1" });
  expect(received[0]!.headers.get("authorization")).toBeNull();
  expect(await (await model.translate(pixels)).imageData()).toEqual(await expected);
});

test("the engine is fetched from a folder, one binary of the two", async () => {
  const { readEngineBinaries } = await import("@unpaired/engine/node");
  const { simd } = await readEngineBinaries();
  const bytes = new Uint8Array(simd as Uint8Array<ArrayBuffer>);
  const received = serve("https://cdn.example/engine/inference.wasm", () => new Response(bytes));
  using model = await loadInBrowser(published, { engine: "https://cdn.example/engine" });
  expect(received).toHaveLength(1);
  expect(await (await model.translate(pixels)).imageData()).toEqual(await expected);
});

test("a server's web page is not taken for the engine", async () => {
  serve("https://cdn.example/engine/inference.wasm", () => new Response("<!doctype html>"));
  const call = loadInBrowser(published, { engine: new URL("https://cdn.example/engine/") });
  await expect(call).rejects.toMatchObject({ name: "LocalModelError", code: "engine_unavailable" });
});

test("loading ends when its signal aborts", async () => {
  serve("/models/summer2winter", () => new Promise(() => {}));
  const signal = AbortSignal.timeout(20);
  const call = loadModel("summer2winter", { baseUrl: "https://api.example", signal });
  await expect(call).rejects.toMatchObject({ name: "AbortedError" });
});
