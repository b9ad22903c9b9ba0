import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Manifest } from "@unpaired/core/contracts";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { appInProcess } from "../../test/app-in-process.ts";
import { directoryBucket } from "../../test/directory-bucket.ts";
import { problemOf } from "../../test/problem-of.ts";
import { colourNetwork, identity, invert, publishModel } from "../../test/publish-model.ts";
import type { AccessBindings } from "../access/guard-access.ts";

const swap = colourNetwork([
  [0, 1, 0],
  [1, 0, 0],
  [0, 0, 1],
]);
let directory: string;
let first: Manifest;
let second: Manifest;
let other: Manifest;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "unpaired-model-files-"));
  const publish = (id: string, version: string, network: typeof invert) =>
    publishModel(directory, { id, version, ...network, sizePixels: 32 });
  first = await publish("summer2winter", "v1", invert);
  second = await publish("summer2winter", "v2", identity);
  other = await publish("day2night", "v1", swap);
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => rm(directory, { recursive: true, force: true }));

const sha256Of = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function ask(path: string, init: RequestInit = {}, access: AccessBindings = { ACCESS: "open" }) {
  return (await appInProcess(access, directoryBucket(directory))).request(path, init);
}

const pathOf = ({ id, version, files }: Manifest, { sha256 } = files.weights[0]!) =>
  `/models/${id}/versions/${version}/files/${sha256}`;

describe("GET /models/:id/versions/:version/files/:sha256", () => {
  it("gives every file of every version as it was published, for ever", async () => {
    for (const manifest of [first, second]) {
      for (const file of [manifest.files.model, ...manifest.files.weights]) {
        const response = await ask(pathOf(manifest, file));
        expect(response.status).toBe(200);
        const isGraph = file === manifest.files.model;
        expect(response.headers.get("content-type")).toBe(
          isGraph ? "application/json" : "application/octet-stream",
        );
        expect(response.headers.get("content-length")).toBe(String(file.bytes));
        expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
        expect(sha256Of(new Uint8Array(await response.arrayBuffer()))).toBe(file.sha256);
      }
    }
  });

  it("sends no body to HEAD or to who has the file", async () => {
    const etag = `"${first.files.weights[0]!.sha256}"`;
    const again = await ask(pathOf(first), { headers: { "if-none-match": etag } });
    expect([again.status, again.headers.get("etag"), await again.text()]).toEqual([304, etag, ""]);
    const head = await ask(pathOf(first), { method: "HEAD" });
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([
      200,
      String(first.files.weights[0]!.bytes),
      "",
    ]);
  });

  it("gives no file of another model or version, and none by a path", async () => {
    const under = (hash: string) => `/models/summer2winter/versions/v1/files/${hash}`;
    for (const path of [
      under(other.files.weights[0]!.sha256),
      under("0".repeat(64)),
      under("..%2F..%2Flatest.json"),
      pathOf({ ...first, version: "v9" }),
      pathOf({ ...first, version: "..%2F..%2Fv1" }),
      pathOf({ ...first, id: "autumn" }),
    ]) {
      expect([path, (await problemOf(await ask(path))).code]).toEqual([path, "model_not_found"]);
    }
  });

  it("gives a key the files of its own models alone, to be kept by itself alone", async () => {
    const sha256 = sha256Of(new TextEncoder().encode("key"));
    const access = { API_KEYS: JSON.stringify([{ id: "web", sha256, models: ["summer2winter"] }]) };
    const headers = { "x-api-key": "key" };
    const allowed = await ask(pathOf(first), { headers }, access);
    expect([allowed.status, allowed.headers.get("cache-control")]).toEqual([
      200,
      "private, max-age=31536000, immutable",
    ]);
    expect((await ask(pathOf(other), { headers }, access)).status).toBe(403);
    expect((await ask(pathOf(first), {}, access)).status).toBe(401);
    expect((await ask("/models/day2night?version=v1", { headers }, access)).status).toBe(403);
  });

  it("says so when a file is gone or has another length", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const path = join(directory, other.files.weights[0]!.key);
    await writeFile(path, "{}");
    expect(await problemOf(await ask(pathOf(other)))).toMatchObject({
      status: 503,
      detail: expect.stringContaining("has 2 bytes"),
    });
    await rm(path);
    expect(await problemOf(await ask(pathOf(other)))).toMatchObject({
      status: 503,
      detail: expect.stringContaining("is missing"),
    });
  });
});

describe("GET /models/:id?version=", () => {
  it("gives the manifest of any version, and of the latest without one", async () => {
    expect(await (await ask("/models/summer2winter?version=v1")).json()).toEqual(first);
    expect(await (await ask("/models/summer2winter")).json()).toEqual(second);
    for (const version of ["v3", "..%2Fv1", ""]) {
      const problem = await problemOf(await ask(`/models/summer2winter?version=${version}`));
      expect([version, problem.code]).toEqual([version, "model_not_found"]);
    }
  });
});
