import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { appInProcess } from "../../test/app-in-process.ts";
import { problemOf } from "../../test/problem-of.ts";

const app = await appInProcess({ API_KEYS: '[{"id":"a","sha256":"'.concat("0".repeat(64), '"}]') });
const folder = /data-worker="(\/engine\/[0-9a-f]{32}\/)local-worker.js"/.exec(
  await (await app.request("/")).text(),
)![1]!;

describe("GET /engine/…", () => {
  it.each(["inference.wasm", "inference.relaxed.wasm"])("gives %s as the engine is built", async (name) => {
    const path = fileURLToPath(import.meta.resolve(`@unpaired/engine/${name}`));
    const built = new Uint8Array(await readFile(path));
    for (const [address, caching] of [
      [`/engine/${name}`, "no-cache"],
      [folder + name, "public, max-age=31536000, immutable"],
    ] as const) {
      const response = await app.request(address);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("application/wasm");
      expect(response.headers.get("cache-control")).toBe(caching);
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(built);
    }
  });

  it("gives the page's worker, which may compile WebAssembly and ask this service, and nothing else", async () => {
    const response = await app.request(`${folder}local-worker.js`);
    expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(response.headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'wasm-unsafe-eval'; connect-src 'self'; frame-ancestors 'none'",
    );
    expect((await response.text()).length).toBeGreaterThan(10_000);
  });

  it("sends nothing twice", async () => {
    const etag = (await app.request("/engine/inference.wasm")).headers.get("etag")!;
    const again = await app.request("/engine/inference.wasm", { headers: { "if-none-match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  it.each(["/engine/other.wasm", "/engine/0/inference.wasm", `${folder}toString`, "/engine/"])(
    "has nothing at %s",
    async (path) => {
      expect((await problemOf(await app.request(path))).code).toBe("not_found");
    },
  );
});
