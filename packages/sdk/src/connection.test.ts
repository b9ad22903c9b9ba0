import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { ConnectionError, TimeoutError } from "./errors.ts";
import { createClient } from "./testing/api-server.ts";
import { images } from "./testing/images.ts";

// Real sockets: what a broken or stalled connection does is no double's to decide.
let server: Server | undefined;
afterEach(() => server?.close());

async function listen(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const headers = {
  "content-type": "image/png",
  "content-length": images.png.length,
  "x-model": "m",
  "x-model-version": "v1",
};

test("a body that stalls after its headers times out, and the connection is closed", async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const baseUrl = await listen((_, response) => {
    response.on("close", resolve);
    response.writeHead(200, headers);
    response.write(images.png.subarray(0, 20));
  });
  const { client } = createClient({ baseUrl, maxRetries: 0 });
  await expect(client.translate(images.png, { model: "m", timeoutMs: 100 })).rejects.toThrow(TimeoutError);
  await closed;
});

test("an answer cut off in its middle is asked for again", async () => {
  let requests = 0;
  const baseUrl = await listen((request, response) => {
    request.resume();
    response.writeHead(200, headers);
    if (requests++ > 0) response.end(images.png);
    else response.write(images.png.subarray(0, 20), () => response.destroy());
  });
  const result = await createClient({ baseUrl }).client.translate(images.png, { model: "m" });
  expect(await result.bytes()).toEqual(images.png);
  expect(requests).toBe(2);
});

test("the image goes out with its length and its bytes", async () => {
  const received: { length: string | undefined; body: Buffer }[] = [];
  const baseUrl = await listen(async (request, response) => {
    const body = await buffer(request);
    received.push({ length: request.headers["content-length"], body });
    response.writeHead(200, headers).end(images.png);
  });
  const { client } = createClient({ baseUrl });
  await client.translate(new Blob([images.webp]).stream(), { model: "m" });
  await client.translate(images.webp, { model: "m" });
  const expected = { length: String(images.webp.length), body: Buffer.from(images.webp) };
  expect(received).toEqual([expected, expected]);
});

test("a port nobody listens on is a ConnectionError that names the call and the reason", async () => {
  const baseUrl = await listen(() => {});
  server!.close();
  await once(server!, "close");
  const { client, delaysMs } = createClient({ baseUrl });
  const error = await client.health().catch((error) => error);
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error.message).toBe(`GET ${baseUrl}/health got no complete answer: fetch failed (ECONNREFUSED)`);
  expect(delaysMs).toHaveLength(2);
});
