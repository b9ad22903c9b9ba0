import { expect, test } from "vitest";
import { MalformedAnswerError } from "./errors.ts";
import { createClient, imageAnswer, useApiServer } from "./testing/api-server.ts";
import { images } from "./testing/images.ts";

const { serve } = useApiServer();

test("posts the raw image and the parameters given, and no others", async () => {
  const received = serve("/translate", () => imageAnswer());
  const { client } = createClient();
  await client.translate(images.jpeg, { model: "summer2winter" });
  await client.translate(images.jpeg, {
    model: "m",
    version: "v 1&x",
    format: "webp",
    quality: 80,
    size: 256,
  });
  expect(received[0]!.method).toBe("POST");
  expect(received[0]!.url.search).toBe("?model=summer2winter");
  expect(received[0]!.headers.get("content-type")).toBe("image/jpeg");
  expect(received[0]!.body).toEqual(images.jpeg);
  expect(Object.fromEntries(received[1]!.url.searchParams)).toEqual({
    model: "m",
    version: "v 1&x",
    format: "webp",
    quality: "80",
    size: "256",
  });
});

test("says how to fit the image, whether to keep its size and what to refuse", async () => {
  const received = serve("/translate", () => imageAnswer());
  const options = { model: "m", fit: "cover", keepSize: true, rejectAbove: 3.5 } as const;
  await createClient().client.translate(images.jpeg, options);
  expect(received[0]!.url.search).toBe("?model=m&fit=cover&keep-size=true&reject-above=3.5");
});

test("accepts the format asked for, or any the API speaks", async () => {
  const received = serve("/translate", () => imageAnswer());
  const { client } = createClient();
  await client.translate(images.png, { model: "m", format: "jpeg" });
  await client.translate(images.png, { model: "m" });
  expect(received.map(({ headers }) => headers.get("accept"))).toEqual([
    "image/jpeg",
    "image/png, image/webp, image/jpeg",
  ]);
});

test("says what ran, how far the input was from home, and where the time went", async () => {
  serve("/translate", () => imageAnswer());
  const result = await createClient().client.translate(images.png, { model: "summer2winter" });
  expect({ ...result }).toEqual({
    contentType: "image/png",
    model: "summer2winter",
    version: "v1",
    requestId: "req-1",
    domainScore: 0.87,
    timings: { decode: 3.5, model: 42 },
  });
});

test.each(["png", "jpeg", "webp"] as const)(
  "gives a %s as blob, bytes, buffer and stream, again and again",
  async (format) => {
    const image = images[format];
    serve("/translate", () => imageAnswer({ body: image, headers: { "content-type": `image/${format}` } }));
    const result = await createClient().client.translate(images.png, { model: "m", format });
    for (let reading = 0; reading < 2; reading++) {
      const blob = await result.blob();
      expect(blob.type).toBe(`image/${format}`);
      expect(new Uint8Array(await blob.arrayBuffer())).toEqual(image);
      expect(new Uint8Array(await result.arrayBuffer())).toEqual(image);
      expect(new Uint8Array(await new Response(result.stream()).arrayBuffer())).toEqual(image);
      const bytes = await result.bytes();
      expect(bytes).toEqual(image);
      bytes.fill(0);
    }
  },
);

test.each([
  ["a word", "far"],
  ["nothing", ""],
  ["absent", undefined],
])("a domain score that is %s is undefined", async (_, score) => {
  serve("/translate", () => {
    const answer = imageAnswer();
    if (score === undefined) answer.headers.delete("x-domain-score");
    else answer.headers.set("x-domain-score", score);
    return answer;
  });
  const result = await createClient().client.translate(images.png, { model: "m" });
  expect(result.domainScore).toBeUndefined();
});

test.each<[string, RegExp, () => Response]>([
  ["HTML", /text\/html instead of an image/, () => imageAnswer({ headers: { "content-type": "text/html" } })],
  [
    "JSON",
    /application\/json instead/,
    () => imageAnswer({ headers: { "content-type": "application/json" } }),
  ],
  [
    "an unknown image",
    /image\/avif instead/,
    () => imageAnswer({ headers: { "content-type": "image/avif" } }),
  ],
  ["no content type", /no content type instead/, () => new Response(images.png)],
  ["text called an image", /5 bytes that are not image\/png/, () => imageAnswer({ body: "Hello" })],
  ["a JPEG called a PNG", /not image\/png/, () => imageAnswer({ body: images.jpeg })],
  ["an empty image", /0 bytes/, () => imageAnswer({ body: "" })],
  ["an image of no version", /x-model-version/, () => without("x-model-version")],
  ["an image of no model", /x-model;/, () => without("x-model")],
])("a success answer of %s is a MalformedAnswerError, tried once", async (_, message, answer) => {
  const received = serve("/translate", answer);
  const error = await createClient()
    .client.translate(images.png, { model: "m" })
    .catch((error) => error);
  expect(error).toBeInstanceOf(MalformedAnswerError);
  expect(error.message).toMatch(message);
  expect(received).toHaveLength(1);
});

test("an answer beyond 64 MiB is cut off", async () => {
  const chunk = new Uint8Array(1024 * 1024);
  let sent = 0;
  let cancelled = false;
  // A server that would never stop.
  const body = new ReadableStream({
    pull: (controller) => {
      sent++;
      controller.enqueue(chunk);
    },
    cancel: () => {
      cancelled = true;
    },
  });
  const fetch = async () => imageAnswer({ body });
  const error = await createClient({ fetch })
    .client.translate(images.png, { model: "m" })
    .catch((error) => error);
  expect(error).toBeInstanceOf(MalformedAnswerError);
  expect(error.message).toContain("more than 67108864 bytes");
  expect(sent).toBeLessThan(70);
  expect(cancelled).toBe(true);
});

function without(header: string): Response {
  const answer = imageAnswer();
  answer.headers.delete(header);
  return answer;
}
