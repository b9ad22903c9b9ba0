import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, initializeWeights, mobileResnetGenerator } from "@unpaired/core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPoster, type Poster } from "../../bench/post.ts";
import { soak } from "../../bench/soak.ts";
import { measureThroughput } from "../../bench/throughput.ts";
import { bundleMeasuredWorker, type DirectWorkerd, startDirectWorkerd } from "../../test/direct-workerd.ts";
import { identity, publishModel } from "../../test/publish-model.ts";

/** What one machine can send while it answers, too. */
const MOST_PER_SECOND = 300;

let directory: string;
let service: DirectWorkerd;
let jpeg: Uint8Array<ArrayBuffer>;
const posters: Poster[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "unpaired-load-"));
  await publishModel(directory, { id: "tiny", version: "v1", ...identity, sizePixels: 64 });
  const spec = mobileResnetGenerator({ filters: 16, blocks: 9 });
  const weights = initializeWeights(spec, { random: createRandom(1) });
  await publishModel(directory, { id: "slow", version: "v1", spec, weights, sizePixels: 256 });
  service = await startDirectWorkerd(await bundleMeasuredWorker(), directory);
  jpeg = await photo(100);
}, 120_000);
afterAll(async () => {
  for (const poster of posters) poster.close();
  await service.close();
  await rm(directory, { recursive: true, force: true });
});

function poster(query: string): Poster {
  const made = createPoster({ url: `${service.url}/translate?${query}`, body: jpeg });
  posters.push(made);
  return made;
}

/** A photograph like no other of its number. */
async function photo(number: number): Promise<Uint8Array<ArrayBuffer>> {
  const noise = { type: "gaussian", mean: 100 + number, sigma: 40 } as const;
  const drawn = sharp({ create: { width: 256, height: 256, channels: 3, noise, background: "#000" } });
  return new Uint8Array(await drawn.jpeg().toBuffer());
}

async function askAgain(body: Uint8Array<ArrayBuffer>): Promise<{ status: number; timing: string }> {
  const init = { method: "POST", headers: { "content-type": "image/jpeg" }, body };
  const response = await fetch(`${service.url}/translate?model=slow`, init);
  await response.arrayBuffer();
  return { status: response.status, timing: response.headers.get("server-timing") ?? "" };
}

/** Sends a whole request, or its beginning, and resets the connection a while later. */
function hangUp(query: string, afterMs: number, body: Uint8Array, sentBytes = body.length): Promise<void> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `POST /translate?${query} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: image/jpeg\r\n` +
          `content-length: ${body.length}\r\n\r\n`,
      );
      socket.write(body.subarray(0, sentBytes));
      setTimeout(() => {
        socket.resetAndDestroy();
        resolve();
      }, afterMs);
    });
    socket.on("error", () => {});
  });
}

describe("callers that hang up", () => {
  it("take what had not begun for them with them: it never begins", async () => {
    const { post } = poster("model=slow");
    await post();
    const pictures = await Promise.all(Array.from({ length: 12 }, (_, index) => photo(index)));
    // Results are kept even of those who did not wait for them, which tells what was translated.
    await Promise.all(pictures.map((picture) => hangUp("model=slow", 30, picture)));
    const answers = await Promise.all(pictures.map(askAgain));
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
    const translated = answers.filter(({ timing }) => timing.includes("desc=hit"));
    expect(translated.length).toBeLessThan(5);
  }, 60_000);

  it("leave none of their upload counted, whole or not", async () => {
    const { post } = poster("model=slow");
    await post();
    const before = await service.isolateMemory();
    await Promise.all([
      ...Array.from({ length: 6 }, (_, index) => hangUp("model=slow", 20 + 30 * index, jpeg)),
      ...Array.from({ length: 6 }, (_, index) => hangUp("model=slow", 20 + 30 * index, jpeg, 5_000)),
    ]);
    await expect
      .poll(async () => (await service.isolateMemory()).heldBytes, { timeout: 10_000 })
      .toBe(before.heldBytes);
  });
});

describe("more at once than may wait", () => {
  it("are refused, and told when to come again; the others get their results", async () => {
    const { post } = poster("model=slow");
    const answers = await Promise.all(Array.from({ length: 40 }, post));
    const [served, refused] = [200, 503].map((wanted) => answers.filter(({ status }) => status === wanted));
    expect(served!.length + refused!.length).toBe(40);
    expect(served!.length).toBeGreaterThanOrEqual(17);
    expect(refused!.length).toBeGreaterThan(0);
    expect(new Set(refused!.map(({ retryAfter }) => retryAfter))).toEqual(new Set(["5"]));
  }, 60_000);

  it("are refused by their bytes, too, and the largest form alone is not", async () => {
    const form = () => {
      const data = new FormData();
      data.set("image", new Blob([new Uint8Array(19_900_000)]));
      return fetch(`${service.url}/translate?model=tiny`, { method: "POST", body: data });
    };
    expect((await form()).status).toBe(415);
    const statuses = (await Promise.all(Array.from({ length: 6 }, form))).map(({ status }) => status);
    expect([...new Set(statuses)].sort()).toEqual([415, 503]);
    expect((await service.isolateMemory()).peakBytes).toBeLessThan(110_000_000);
  }, 60_000);
});

describe("twice the load it can bear", () => {
  it("is answered, every request, with a result or with a 503 that says when to come again", async () => {
    const { post } = poster("model=tiny");
    await measureThroughput(post, { concurrency: 2, seconds: 2 });
    const { perSecond } = await measureThroughput(post, { concurrency: 2, seconds: 2 });
    const before = await service.isolateMemory();
    const rate = Math.min(MOST_PER_SECOND, 2 * perSecond);
    const result = await soak({ post, perSecond: rate, seconds: 8, random: createRandom(1) });
    expect(result.sent).toBeGreaterThan(4 * rate);
    expect(result).toMatchObject({ unanswered: 0, withoutRetryAfter: 0 });
    expect(Object.keys(result.statuses).every((status) => ["200", "503"].includes(status))).toBe(true);
    expect(result.statuses[200]).toBeGreaterThan(0);
    const { heldBytes, peakBytes } = await service.isolateMemory();
    expect(heldBytes).toBe(before.heldBytes);
    expect(peakBytes).toBeLessThan(110_000_000);
  }, 90_000);
});
