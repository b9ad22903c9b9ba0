import { openAsBlob } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { afterEach, expect, test, vi } from "vitest";
import { AbortedError, ConnectionError, InvalidArgumentError, TimeoutError } from "./errors.ts";
import type { ImageInput } from "./image-body.ts";
import { createClient, imageAnswer, useApiServer } from "./testing/api-server.ts";
import { images } from "./testing/images.ts";

const { serve } = useApiServer();
afterEach(() => vi.unstubAllGlobals());

/** Translates `image` and returns what reached the server. */
async function send(image: ImageInput) {
  const received = serve("/translate", () => imageAnswer());
  await createClient().client.translate(image, { model: "m" });
  expect(received).toHaveLength(1);
  return {
    type: received[0]!.headers.get("content-type"),
    body: received[0]!.body,
    headers: received[0]!.headers,
  };
}

async function refusal(image: unknown) {
  const received = serve("/translate", () => imageAnswer());
  const error = await createClient()
    .client.translate(image as ImageInput, { model: "m" })
    .catch((error) => error);
  expect(received).toHaveLength(0);
  return error;
}

const padded = new Uint8Array([1, 2, 3, 4, ...images.webp, 5, 6, 7, 8]);
const shared = new Uint8Array(new SharedArrayBuffer(images.png.length));
shared.set(images.png);

test.each<[string, () => ImageInput, keyof typeof images]>([
  ["a Blob without a type", () => new Blob([images.png]), "png"],
  ["a Blob with its type", () => new Blob([images.webp], { type: "image/webp" }), "webp"],
  ["a Blob with another's type", () => new Blob([images.jpeg], { type: "image/png" }), "jpeg"],
  ["a File", () => new File([images.jpeg], "a.jpg"), "jpeg"],
  ["an ArrayBuffer", () => images.png.buffer, "png"],
  ["a Uint8Array", () => images.jpeg, "jpeg"],
  ["a Buffer", () => Buffer.from(images.jpeg), "jpeg"],
  ["a view into a larger buffer", () => padded.subarray(4, 4 + images.webp.length), "webp"],
  ["a DataView", () => new DataView(images.png.buffer), "png"],
  ["shared memory", () => shared, "png"],
  ["a stream in one piece", () => new Blob([images.webp]).stream(), "webp"],
  [
    "a stream byte by byte",
    () => ReadableStream.from([...images.png].map((byte) => Uint8Array.of(byte))),
    "png",
  ],
  ["a data: string", () => `data:;base64,${Buffer.from(images.png).toString("base64")}`, "png"],
  [
    "a data: URL",
    () => new URL(`data:image/webp;base64,${Buffer.from(images.webp).toString("base64")}`),
    "webp",
  ],
  ["a blob: URL", () => URL.createObjectURL(new Blob([images.jpeg])), "jpeg"],
])("%s arrives whole and typed", async (_, image, format) => {
  const { type, body } = await send(image());
  expect(body).toEqual(images[format]);
  expect(type).toBe(`image/${format}`);
});

test("a file from disk arrives whole and typed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "unpaired-sdk-"));
  try {
    await writeFile(join(folder, "photo.bin"), images.jpeg);
    const { type, body } = await send(await openAsBlob(join(folder, "photo.bin")));
    expect(body).toEqual(images.jpeg);
    expect(type).toBe("image/jpeg");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a file that changed on disk since it was opened is a typed refusal", async () => {
  const folder = await mkdtemp(join(tmpdir(), "unpaired-sdk-"));
  try {
    const path = join(folder, "photo.bin");
    await writeFile(path, images.jpeg);
    const blob = await openAsBlob(path);
    await rm(path);
    expect(await refusal(blob)).toMatchObject({ name: "InvalidArgumentError", code: "unreadable_image" });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("bytes of no known kind keep the caller's type, or go untyped, for the server to judge", async () => {
  expect((await send(new Blob(["GIF89a"], { type: "image/gif" }))).type).toBe("image/gif");
  expect((await send(new TextEncoder().encode("Hello"))).type).toBe("application/octet-stream");
});

test("what the caller does to the buffer later does not change the request", async () => {
  const received = serve("/translate", () => imageAnswer());
  const bytes = images.png.slice();
  const sent = createClient().client.translate(bytes, { model: "m" });
  bytes.fill(0);
  await sent;
  expect(received[0]!.body).toEqual(images.png);
});

test("an https address is fetched without the key, the caller's headers and the client's accept", async () => {
  const downloads = serve("https://cdn.example/summer.jpg", () => new Response(images.jpeg));
  const received = serve("/translate", () => imageAnswer());
  const { client } = createClient({ apiKey: "hush", headers: { "x-app": "shop" } });
  await client.translate("https://cdn.example/summer.jpg", { model: "m" });
  await client.translate(new URL("https://cdn.example/summer.jpg"), { model: "m" });
  expect(received.map(({ body }) => body)).toEqual([images.jpeg, images.jpeg]);
  expect(downloads[0]!.headers.has("authorization")).toBe(false);
  expect(downloads[0]!.headers.has("x-app")).toBe(false);
});

test("an address that fails for a moment is asked again", async () => {
  const downloads = serve("https://cdn.example/a.png", (_, index) =>
    index === 0 ? new Response(null, { status: 503 }) : new Response(images.png),
  );
  serve("/translate", () => imageAnswer());
  const { client, delaysMs } = createClient();
  await client.translate("https://cdn.example/a.png", { model: "m" });
  expect(downloads).toHaveLength(2);
  expect(delaysMs).toEqual([500]);
});

test("an address without an image is named, without its query", async () => {
  const downloads = serve("https://cdn.example/a.png", () => new Response("gone", { status: 404 }));
  const error = await refusal("https://cdn.example/a.png?signature=hush");
  expect(error).toMatchObject({ name: "InvalidArgumentError", code: "unreadable_image" });
  expect(error.message).toBe("GET https://cdn.example/a.png answered 404 instead of an image");
  expect(downloads).toHaveLength(1);
});

test("an address nobody answers is a ConnectionError", async () => {
  serve("https://cdn.example/a.png", () => Response.error());
  expect(await refusal("https://cdn.example/a.png")).toBeInstanceOf(ConnectionError);
});

const detached = new ArrayBuffer(8);
structuredClone(detached, { transfer: [detached] });
const locked = new Blob([images.png]).stream();
locked.getReader();

test.each<[string, unknown, string, RegExp]>([
  ["an empty Blob", new Blob([]), "empty_image", /0 bytes/],
  ["an empty array", new Uint8Array(0), "empty_image", /0 bytes/],
  ["an empty stream", new Blob([]).stream(), "empty_image", /0 bytes/],
  ["a detached buffer", detached, "empty_image", /0 bytes/],
  ["a buffer of 65 MiB", new ArrayBuffer(65 * 2 ** 20), "image_too_large", /larger than 67108864 bytes/],
  [
    "a stream of 65 MiB",
    stream(65, new Uint8Array(2 ** 20)),
    "image_too_large",
    /larger than 67108864 bytes/,
  ],
  ["a locked stream", locked, "unsupported_image", /locked/],
  ["a stream of text", ReadableStream.from(["a"]), "unreadable_image", /chunk of type string/],
  ["a relative address", "summer.png", "unsupported_image", /"summer.png".*absolute/],
  ["a file: URL", new URL("file:///etc/passwd"), "unsupported_image", /a file: URL.*openAsBlob/],
  [
    "an address with a password",
    "https://a:hush@b.example/",
    "unsupported_image",
    /b\.example carries a user name/,
  ],
  ["undefined", undefined, "unsupported_image", /is undefined/],
  ["null", null, "unsupported_image", /is null/],
  ["a number", 7, "unsupported_image", /is 7/],
  ["a plain object", {}, "unsupported_image", /type Object/],
  ["an object without a prototype", Object.create(null), "unsupported_image", /type Object/],
  ["a Response", new Response("x"), "unsupported_image", /type Response/],
])("%s is refused before anything is sent", async (_, image, code, message) => {
  const error = await refusal(image);
  expect(error).toBeInstanceOf(InvalidArgumentError);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
  expect(error.message).not.toContain("hush");
});

test("a stream that breaks is named with its cause", async () => {
  const cause = new Error("camera unplugged");
  const error = await refusal(new ReadableStream({ pull: (controller) => controller.error(cause) }));
  expect(error).toMatchObject({ code: "unreadable_image", cause });
  expect(error.message).toContain("camera unplugged");
});

test("a stream that never ends times out and is cancelled", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const endless = new ReadableStream({ cancel: resolve });
  const { client } = createClient();
  await expect(client.translate(endless, { model: "m", timeoutMs: 20 })).rejects.toThrow(TimeoutError);
  expect(await promise).toBeInstanceOf(TimeoutError);
});

test("an abort while the stream is read cancels it", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const endless = new ReadableStream({ cancel: resolve });
  const controller = new AbortController();
  const call = createClient().client.translate(endless, { model: "m", signal: controller.signal });
  controller.abort();
  await expect(call).rejects.toThrow(AbortedError);
  expect(await promise).toBeInstanceOf(AbortedError);
});

const pixels = { width: 2, height: 1, data: Uint8ClampedArray.of(255, 0, 0, 255, 0, 0, 255, 255) };

test("ImageData is encoded by the platform's canvas", async () => {
  vi.stubGlobal("OffscreenCanvas", PngCanvas);
  const { type, body } = await send(pixels);
  expect(type).toBe("image/png");
  expect(body).toEqual(new Uint8Array(await encodePng(pixels).arrayBuffer()));
});

test("what is drawn into the pixels later does not change the request", async () => {
  vi.stubGlobal("OffscreenCanvas", PngCanvas);
  const expected = new Uint8Array(await encodePng(pixels).arrayBuffer());
  const frame = { ...pixels, data: pixels.data.slice() };
  const sent = send(frame);
  frame.data.fill(0);
  expect((await sent).body).toEqual(expected);
});

test("ImageData without OffscreenCanvas is refused with the cure", async () => {
  const error = await refusal(pixels);
  expect(error).toMatchObject({ name: "InvalidArgumentError", code: "unsupported_image" });
  expect(error.message).toMatch(/OffscreenCanvas.*encode it to PNG/);
});

test("pixels the canvas refuses are a typed error", async () => {
  vi.stubGlobal("OffscreenCanvas", PngCanvas);
  const error = await refusal({ width: 0, height: 0, data: new Uint8ClampedArray(0) });
  expect(error).toMatchObject({ name: "InvalidArgumentError", code: "unsupported_image" });
  expect(error.cause).toBeInstanceOf(Error);
});

/** The part of OffscreenCanvas that Node lacks, writing real PNGs. */
class PngCanvas {
  #image: typeof pixels | undefined;
  getContext() {
    return {
      putImageData: (image: typeof pixels) => {
        if (image.width === 0) throw new Error("InvalidStateError");
        this.#image = image;
      },
    };
  }
  async convertToBlob({ type }: { type: string }) {
    expect(type).toBe("image/png");
    return encodePng(this.#image!);
  }
}

function encodePng({ width, height, data }: typeof pixels): Blob {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6], 8);
  const rows = Array.from({ length: height }, (_, y) => [
    0,
    ...data.subarray(y * width * 4, (y + 1) * width * 4),
  ]);
  const chunk = (name: string, content: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(name), content]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, checksum]);
  };
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  const content = deflateSync(Uint8Array.from(rows.flat()));
  const parts = [signature, chunk("IHDR", header), chunk("IDAT", content), chunk("IEND", Buffer.alloc(0))];
  return new Blob([Buffer.concat(parts)], { type: "image/png" });
}

function stream(count: number, chunk: Uint8Array): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    pull: (controller) => (sent++ < count ? controller.enqueue(chunk) : controller.close()),
  });
}
