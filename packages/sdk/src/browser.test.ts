import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Transform } from "node:stream";
import { buffer } from "node:stream/consumers";
import { readEngineBinaries } from "@unpaired/engine/node";
import { findChromium } from "@unpaired/engine/testing/chromium";
import { runInPage } from "@unpaired/engine/testing/run-in-page";
import { afterAll, expect, test } from "vitest";
import { loadModel } from "./local/node.ts";
import { smallModel } from "./testing/published-model.ts";

const chromium = findChromium();
const skipped = chromium ? "" : " (skipped: there is no Chromium)";
let server: Server | undefined;
afterAll(() => {
  server?.closeAllConnections();
  server?.close();
});

const published = smallModel();

/** An API of another origin: `echo` gives the image back, `slow` in its own time, `refuse` fails, `hang` never answers; models as they are published. */
async function listen(): Promise<string> {
  const { simd } = await readEngineBinaries();
  const { manifest, files: made } = published;
  const parts = [manifest.files.model, ...manifest.files.weights].map(
    ({ sha256 }, index) =>
      [`models/summer2winter/versions/v1/files/${sha256}`, [made.model, ...made.weights][index]!] as const,
  );
  const files = new Map<string, Uint8Array>([
    ...parts,
    ["models/summer2winter", new TextEncoder().encode(JSON.stringify(manifest))],
    ["engine/inference.wasm", simd as Uint8Array],
  ]);
  server = createServer(async (request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "content-type, idempotency-key");
    response.setHeader("access-control-expose-headers", "*");
    const url = new URL(request.url!, "http://localhost");
    const model = url.searchParams.get("model")!;
    const body = await buffer(model === "slow" ? request.pipe(slowly()) : request);
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    const file = files.get(url.pathname.slice(1));
    if (file) return response.end(file.slice());
    if (model === "hang") return;
    if (model === "refuse") {
      const problem = { code: "invalid_parameter", detail: "no such thing", requestId: "req-7" };
      response.writeHead(422, { "content-type": "application/problem+json" });
      return response.end(JSON.stringify(problem));
    }
    const type = request.headers["content-type"]!;
    response.writeHead(200, { "content-type": type, "x-model": model, "x-model-version": "v1" }).end(body);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Takes bytes no faster than a browser tells of them, which is every 50 ms. */
function slowly(): Transform {
  return new Transform({
    transform: (chunk, _, done) => void setTimeout(done, 2, null, chunk),
  });
}

test.skipIf(!chromium)(
  `Chromium uploads with progress, shows results and runs a model as Node does${skipped}`,
  async () => {
    const answer = (await runInPage(chromium!, {
      entry: new URL("./testing/browser-page.ts", import.meta.url),
      given: await listen(),
    })) as { steps: number[]; local: number[] } & Record<string, unknown>;
    const { steps, local, ...results } = answer;

    expect(steps[0]).toBe(0);
    expect(steps.at(-1)).toBe(12_000_000);
    expect(steps.length).toBeGreaterThan(2);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    expect(results).toMatchObject({
      echoedBytes: 12_000_000,
      refusal: { name: "InvalidRequestError", status: 422, message: "no such thing", requestId: "req-7" },
      abortion: "AbortedError",
      shownWidth: 64,
      isRevoked: true,
      isSamePixels: true,
      formats: { png: "image/png", jpeg: "image/jpeg", webp: "image/webp" },
    });

    using model = await loadModel(published);
    const data = Uint8ClampedArray.from({ length: 64 * 48 * 4 }, (_, index) =>
      index % 4 === 3 ? 255 : (index * 7) % 251,
    );
    const here = await model.translate({ width: 64, height: 48, data });
    expect(local).toEqual(Array.from((await here.imageData()).data));
  },
  30_000,
);
