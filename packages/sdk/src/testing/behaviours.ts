import * as sdk from "../index.ts";
import type { UnpairedOptions } from "../options.ts";
import { assertEqual, assertThat, rejection } from "./assertions.ts";
import { images } from "./images.ts";
import * as copy from "./sdk-copy.ts";

/** What a behaviour is run with. */
export interface Surroundings {
  /** Of a behaviour server. */
  readonly baseUrl: string;
  /** What this runtime is known to be able to do. */
  readonly can: { readonly objectUrls: boolean; readonly decode: boolean };
}

/** Something the client does, the same on every runtime. */
export interface Behaviour {
  readonly name: string;
  /** @throws where the client does not */
  readonly run: (surroundings: Surroundings) => Promise<void>;
}

const sleepNot = async () => {};
const connect = (baseUrl: string, options: Partial<UnpairedOptions> = {}) =>
  new sdk.Unpaired({ baseUrl, runtime: { sleep: sleepNot, random: () => 1 }, ...options });
const same = async (result: sdk.TranslateResult, bytes: Uint8Array, what: string) =>
  assertEqual(Array.from(await result.bytes()), Array.from(bytes), what);
const controllerThatAborts = (delayMs: number, reason: string) => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), delayMs);
  return controller.signal;
};

export const behaviours: readonly Behaviour[] = [
  {
    name: "asks for health, models and one model",
    run: async ({ baseUrl }) => {
      const client = connect(baseUrl);
      assertEqual((await client.health()).status, "ok", "health");
      const models = await client.models.list();
      assertEqual(models.length, 1, "models");
      assertEqual(await client.models.get(models[0]!.id), models[0], "one model");
      const error = await rejection(client.models.get("missing"));
      assertThat(error instanceof sdk.NotFoundError, "a missing model is a NotFoundError");
    },
  },
  {
    name: "takes an image as whatever an app has in hand",
    run: async ({ baseUrl }) => {
      const client = connect(baseUrl);
      const { png } = images;
      const padded = new Uint8Array([9, ...png, 9]);
      const inputs: Record<string, sdk.ImageInput> = {
        Uint8Array: png,
        "a part of a buffer": padded.subarray(1, -1),
        DataView: new DataView(padded.buffer, 1, png.length),
        ArrayBuffer: png.slice().buffer,
        Blob: new Blob([png]),
        File: new File([png], "a.png", { type: "text/plain" }),
        ReadableStream: new Blob([png]).stream(),
        URL: new URL(`${baseUrl}/image.png`),
        "http address": `${baseUrl}/image.png`,
        "data address": `data:image/png;base64,${btoa(String.fromCharCode(...png))}`,
      };
      for (const [what, input] of Object.entries(inputs)) {
        const result = await client.translate(input, { model: "echo" });
        assertEqual(result.contentType, "image/png", what);
        await same(result, png, what);
      }
      for (const broken of ["", new Uint8Array(), {} as never, 5 as never, "file:///a.png"]) {
        const error = await rejection(client.translate(broken, { model: "echo" }));
        assertThat(error instanceof sdk.InvalidArgumentError, `${String(broken)} is refused`);
      }
    },
  },
  {
    name: "sends every option by its name",
    run: async ({ baseUrl }) => {
      const options = { model: "query", version: "v2", format: "png", quality: 80, size: 128 } as const;
      const more = { fit: "cover", keepSize: true, rejectAbove: 2.5 } as const;
      const { version } = await connect(baseUrl).translate(images.png, { ...options, ...more });
      assertEqual(
        version,
        "?model=query&version=v2&format=png&quality=80&size=128&fit=cover&keep-size=true&reject-above=2.5",
        "the query",
      );
    },
  },
  {
    name: "gives a result as blob, bytes, buffer and stream, again and again, with its facts",
    run: async ({ baseUrl }) => {
      const result = await connect(baseUrl).translate(images.webp, { model: "echo" });
      const { contentType, model, version, requestId, domainScore, timings } = result;
      assertEqual(
        { contentType, model, version, requestId, domainScore, timings },
        {
          contentType: "image/webp",
          model: "echo",
          version: "v1",
          requestId: "req-7",
          domainScore: 0.87,
          timings: { decode: 3.5, infer: 42 },
        },
        "the facts",
      );
      assertEqual((await result.blob()).type, "image/webp", "the blob's type");
      (await result.bytes()).fill(0);
      new Uint8Array(await result.arrayBuffer()).fill(0);
      await same(result, images.webp, "the bytes");
      for (const stream of [result.stream(), result.stream()]) {
        const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
        assertEqual(Array.from(bytes), Array.from(images.webp), "the stream");
      }
    },
  },
  {
    name: "gives pixels and object URLs where the platform has them, and says so where not",
    run: async ({ baseUrl, can }) => {
      const client = connect(baseUrl);
      const result = await client.translate(images.png, { model: "echo" });
      if (can.decode) {
        const pixels = await result.imageData();
        assertEqual([pixels.width, pixels.height, pixels.data.length], [2, 2, 16], "the pixels");
        const again = await client.translate(pixels, { model: "echo" });
        const { data } = await again.imageData();
        assertEqual(Array.from(data), Array.from(pixels.data), "the pixels sent and come back");
      } else {
        assertEqual((await rejection(result.imageData())).code, "unsupported_platform", "imageData()");
        const pixels = { width: 2, height: 2, data: new Uint8ClampedArray(16) };
        const error = await rejection(client.translate(pixels, { model: "echo" }));
        assertEqual(error.code, "unsupported_image", "pixels");
      }
      if (!can.objectUrls) {
        assertEqual((await rejection(result.objectUrl())).code, "unsupported_platform", "objectUrl()");
        return;
      }
      const url = await result.objectUrl();
      assertEqual(url.href.slice(0, 5), "blob:", "the address");
      assertEqual(
        await (await fetch(url.href)).arrayBuffer().then((b) => b.byteLength),
        images.png.length,
        "it",
      );
      if (Symbol.dispose) url[Symbol.dispose]();
      else url.revoke();
      assertThat(await rejection(fetch(url.href)), "the address leads nowhere once it is disposed of");
    },
  },
  {
    name: "tries again with one idempotency key, waiting longer and longer",
    run: async ({ baseUrl }) => {
      const delaysMs: number[] = [];
      const keys: (string | null)[] = [];
      const client = connect(baseUrl, {
        runtime: { sleep: async (delayMs) => void delaysMs.push(delayMs), random: () => 1 },
        middleware: [
          (request, next) => {
            keys.push(request.headers.get("idempotency-key"));
            return next(request);
          },
        ],
      });
      const result = await client.translate(images.png, { model: "flaky" });
      assertEqual([result.version, delaysMs], ["v3", [500, 1000]], "tries and waits");
      assertEqual(
        [keys.length, new Set(keys).size, /^[0-9a-f]{32}$/.test(keys[0]!)],
        [3, 1, true],
        "the key",
      );
    },
  },
  {
    name: "tries again where the answer is cut off, and reads a stream only once",
    run: async ({ baseUrl }) => {
      let reads = 0;
      const stream = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          reads++;
          controller.enqueue(images.png);
          controller.close();
        },
      });
      const result = await connect(baseUrl).translate(stream, { model: "cut" });
      await same(result, images.png, "the image");
      assertEqual([result.version, reads], ["v2", 1], "tries and reads");
    },
  },
  {
    name: "waits as long as the server asks, but not longer than a minute",
    run: async ({ baseUrl }) => {
      const delaysMs: number[] = [];
      const client = connect(baseUrl, {
        runtime: { sleep: async (delayMs) => void delaysMs.push(delayMs) },
      });
      await client.translate(images.png, { model: "soon" });
      const limited = await rejection(client.translate(images.png, { model: "later", size: 3600 }));
      assertThat(limited instanceof sdk.RateLimitError, "a RateLimitError");
      assertEqual([limited.retryAfterMs, delaysMs], [3_600_000, [20]], "what was asked and waited for");
    },
  },
  {
    name: "ends at once when aborted: before, on the way, and while waiting",
    run: async ({ baseUrl }) => {
      const client = connect(baseUrl, { runtime: {} });
      const startMs = Date.now();
      const before = AbortSignal.abort("before");
      const cases = [
        client.translate(images.png, { model: "echo", signal: before }),
        client.translate(images.png, { model: "hang", signal: controllerThatAborts(50, "on the way") }),
        client.translate(images.png, { model: "later", signal: controllerThatAborts(80, "while waiting") }),
      ];
      const errors = await Promise.all(cases.map((call) => rejection(call)));
      assertEqual(
        errors.map(({ name, code, cause }) => [name, code, cause]),
        ["before", "on the way", "while waiting"].map((cause) => ["AbortedError", "aborted", cause]),
        "the errors",
      );
      assertThat(Date.now() - startMs < 5000, "the wait of 30 s was not waited for");
    },
  },
  {
    name: "gives each try its own time",
    run: async ({ baseUrl }) => {
      const client = connect(baseUrl, { timeoutMs: 300 });
      const second = await client.translate(images.png, { model: "hang-once" });
      assertEqual(second.version, "v2", "the second try");
      const error = await rejection(client.translate(images.png, { model: "hang", timeoutMs: 40 }));
      assertEqual(
        [error.name, error.code, error.isRetryable],
        ["TimeoutError", "timeout", true],
        "the error",
      );
    },
  },
  {
    name: "calls a server nobody runs a ConnectionError",
    run: async () => {
      const error = await rejection(connect("http://127.0.0.1:1", { maxRetries: 0 }).health());
      assertEqual([error.name, error.code], ["ConnectionError", "connection_failed"], "the error");
      assertThat(error.message.includes("GET http://127.0.0.1:1/health"), "the call is named");
    },
  },
  {
    name: "tells problems by their class, code and request id, and shows no secret",
    run: async ({ baseUrl }) => {
      const client = connect(baseUrl, { apiKey: "hush-key-1" });
      const error = await rejection(client.translate(images.png, { model: "refuse" }));
      assertThat(error instanceof sdk.InvalidRequestError && error instanceof sdk.ApiError, "its class");
      const { name, code, status, requestId } = error;
      assertEqual(
        { name, code, status, requestId },
        { name: "InvalidRequestError", code: "invalid_parameter", status: 422, requestId: "req-7" },
        "its facts",
      );
      assertEqual(error.message, "no such thing for Bearer [secret]", "its message");
      assertThat(!JSON.stringify([error, client]).includes("hush"), "no secret in JSON");
      const html = await rejection(client.translate(images.png, { model: "html" }));
      assertEqual(html.code, "malformed_answer", "HTML instead of an image");
    },
  },
  {
    name: "knows errors of another copy of the package",
    run: async ({ baseUrl }) => {
      const other = new copy.Unpaired({ baseUrl, maxRetries: 0 });
      const error = await rejection(other.models.get("missing"));
      assertThat(!(error instanceof sdk.NotFoundError), "it is another class");
      const told = [sdk.NotFoundError, sdk.ApiError, sdk.UnpairedError, sdk.RateLimitError].map(
        (errorClass) => errorClass.isInstance(error),
      );
      assertEqual(told, [true, true, true, false], "isInstance");
    },
  },
  {
    name: "lets middleware renew a token and see every try",
    run: async ({ baseUrl }) => {
      const seen: unknown[] = [];
      let token = "stale";
      const client = connect(baseUrl, {
        middleware: [
          async (request, next) => {
            const response = await next(request);
            seen.push([request.method, new URL(request.url).pathname, request.retries, response.status]);
            return response;
          },
          async (request, next) => {
            request.headers.set("authorization", `Bearer ${token}`);
            const response = await next(request);
            if (response.status !== 401) return response;
            await response.body?.cancel();
            token = "fresh";
            request.headers.set("authorization", `Bearer ${token}`);
            return next(request);
          },
        ],
      });
      await same(await client.translate(images.png, { model: "guarded" }), images.png, "the image");
      assertEqual(seen, [["POST", "/translate", 0, 200]], "what was logged");
    },
  },
  {
    name: "reports an upload from its beginning to its end",
    run: async ({ baseUrl }) => {
      const large = new Uint8Array(1_000_000);
      large.set(images.png);
      const steps: number[] = [];
      const totals = new Set<number>();
      const result = await connect(baseUrl).translate(large, {
        model: "echo",
        onUploadProgress: ({ sentBytes, totalBytes }) => {
          steps.push(sentBytes);
          totals.add(totalBytes);
        },
      });
      assertEqual((await result.blob()).size, large.length, "what arrived");
      assertEqual([steps[0], steps.at(-1), [...totals]], [0, large.length, [large.length]], "both ends");
      assertEqual(
        steps,
        [...new Set(steps)].sort((a, b) => a - b),
        "the steps rise",
      );
    },
  },
  {
    name: "sends no upload that was given up before it began",
    run: async ({ baseUrl }) => {
      const controller = new AbortController();
      const client = connect(baseUrl, {
        middleware: [
          (request, next) => {
            controller.abort("too late");
            return next(request);
          },
        ],
      });
      const idempotencyKey = `key-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
      const options = { model: "echo", idempotencyKey, onUploadProgress: () => {} };
      const error = await rejection(client.translate(images.png, { ...options, signal: controller.signal }));
      assertEqual([error.name, error.cause], ["AbortedError", "too late"], "the error");
      await new Promise((resolve) => setTimeout(resolve, 50));
      const { version } = await connect(baseUrl).translate(images.png, options);
      assertEqual(version, "v1", "the first upload that came");
    },
  },
  {
    name: "works through a batch and gives failures their place",
    run: async ({ baseUrl }) => {
      const batch = connect(baseUrl).translateBatch([images.png, "", images.webp], {
        model: "echo",
        concurrency: 2,
      });
      const items: unknown[] = [];
      for await (const { index, result, error } of batch) {
        items.push([index, result?.contentType ?? error?.name]);
      }
      const expected = [
        [0, "image/png"],
        [1, "InvalidArgumentError"],
        [2, "image/webp"],
      ];
      assertEqual(items.sort(), expected, "the items");
    },
  },
  {
    name: "starts jobs of keys and of images, and ends them",
    run: async ({ baseUrl }) => {
      const { jobs } = connect(baseUrl);
      const keyed = await jobs.create({ model: "summer2winter", keys: ["uploads/a", "uploads/b"] });
      assertEqual([keyed.status, keyed.total], ["queued", 2], "keys");
      const listed = await jobs.create({ model: "summer2winter", manifest: "uploads/list" });
      assertEqual(listed.total, null, "a manifest");
      const uploaded = await jobs.create({
        model: "mine",
        images: [images.png, new Blob([images.png]).stream()],
        fit: "cover",
      });
      assertEqual([uploaded.model, uploaded.total], ["mine", 2], "images");
      assertEqual((await jobs.get(keyed.id)).id, keyed.id, "get");
      assertEqual((await jobs.cancel(keyed.id)).status, "cancelled", "cancel");
      assertEqual((await rejection(jobs.get("missing"))).code, "job_not_found", "a missing job");
    },
  },
  {
    name: "follows a job to its end over a connection that breaks, and gives no result twice",
    run: async ({ baseUrl }) => {
      const { jobs } = connect(baseUrl);
      const id = `job${crypto.getRandomValues(new Uint32Array(1))[0]}`;
      const given: unknown[] = [];
      for await (const result of jobs.results(id, { follow: true })) {
        given.push([result.sequence, result.status === "done" ? result.width : result.code]);
        if (result.status === "done") {
          await same(await jobs.image(id, result.index), images.png, "the image");
        }
      }
      const expected = [1, 2, 3, 4, 5].map((sequence) => [
        sequence,
        sequence === 3 ? "undecodable_image" : 2,
      ]);
      assertEqual(given, expected, "the results");
      const rest = [];
      for await (const { sequence } of jobs.results(id, { after: 3 })) rest.push(sequence);
      assertEqual(rest, [4, 5], "the results behind the third");
    },
  },
  {
    name: "gives up on results that lie or never come, and on those nobody waits for",
    run: async ({ baseUrl }) => {
      const { jobs } = connect(baseUrl, { maxRetries: 0 });
      const hostile = await rejection(jobs.results("job-hostile").next());
      assertEqual(hostile.code, "malformed_answer", "a line without end");
      const silent = await rejection(jobs.results("job-silent", { timeoutMs: 60 }).next());
      assertEqual(silent.code, "timeout", "no line at all");
      const signal = controllerThatAborts(60, "enough");
      const aborted = await rejection(jobs.results("job-silent", { signal }).next());
      assertEqual([aborted.code, aborted.cause], ["aborted", "enough"], "an abort");
    },
  },
];

/** Runs all of them, one after the other; gives the message of each failure, or null. */
export async function runBehaviours(
  surroundings: Surroundings,
): Promise<Readonly<Record<string, string | null>>> {
  const outcomes: Record<string, string | null> = {};
  for (const { name, run } of behaviours) {
    outcomes[name] = await run(surroundings).then(
      () => null,
      (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
  }
  return outcomes;
}
