import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterEach, expect, test, vi } from "vitest";
import { AuthenticationError } from "./api-error.ts";
import { createClient, imageAnswer } from "./testing/api-server.ts";
import { images } from "./testing/images.ts";
import type { UploadProgress } from "./upload-progress.ts";

// Real sockets: how a body leaves is the platform's doing.
let server: Server | undefined;
afterEach(() => {
  vi.unstubAllGlobals();
  server?.close();
});

const large = new Uint8Array(1_000_000);
large.set(images.png);

interface Received {
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

async function listen(statuses: readonly number[] = [200]) {
  const received: Received[] = [];
  server = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await buffer(request) });
    const { headers } = imageAnswer();
    response.writeHead(statuses[received.length - 1]!, Object.fromEntries(headers)).end(images.png);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

async function upload(options: Parameters<typeof createClient>[0]) {
  const progress: UploadProgress[] = [];
  const onUploadProgress = (step: UploadProgress) => void progress.push(step);
  const { client } = createClient(options);
  const result = client.translate(large, { model: "m", onUploadProgress });
  await result.catch(() => {});
  return { result, progress, sent: progress.map(({ sentBytes }) => sentBytes) };
}

test("Node tells step by step, and still sends the length and the bytes", async () => {
  const { baseUrl, received } = await listen();
  const { result, progress, sent } = await upload({ baseUrl });
  expect(await (await result).bytes()).toEqual(images.png);
  expect(sent[0]).toBe(0);
  expect(sent.at(-1)).toBe(large.length);
  expect(sent.length).toBeGreaterThan(4);
  expect(sent).toEqual([...new Set(sent)].sort((a, b) => a - b));
  expect(progress.every(({ totalBytes }) => totalBytes === large.length)).toBe(true);
  expect(received[0]!.headers["content-length"]).toBe(String(large.length));
  expect(received[0]!.headers["content-type"]).toBe("image/png");
  expect(Buffer.compare(received[0]!.body, Buffer.from(large))).toBe(0);
});

test("a second try begins at 0 again, with the whole body", async () => {
  const { baseUrl, received } = await listen([503, 200]);
  const { result, sent } = await upload({ baseUrl });
  await result;
  expect(sent.filter((bytes) => bytes === 0)).toHaveLength(2);
  expect(received.map(({ body }) => body.length)).toEqual([large.length, large.length]);
});

test("a refused upload is the same typed error as without progress", async () => {
  const { baseUrl } = await listen([401]);
  await expect((await upload({ baseUrl })).result).rejects.toThrow(AuthenticationError);
});

test("a runtime that cannot tell says when it begins and when it has ended", async () => {
  vi.stubGlobal("process", { ...process, versions: { ...process.versions, bun: "1" } });
  let body: unknown;
  const fetch = async (_: string, init: RequestInit) => {
    body = init.body;
    return imageAnswer();
  };
  const { sent } = await upload({ fetch });
  expect(sent).toEqual([0, large.length]);
  expect(body).toBeInstanceOf(Blob);
});
