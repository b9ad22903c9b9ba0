import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createRandom, initializeWeights, mobileResnetGenerator } from "@unpaired/core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPoster, type Poster } from "../../bench/post.ts";
import { soak } from "../../bench/soak.ts";
import { measureThroughput } from "../../bench/throughput.ts";
import { bundleMeasuredWorker, type DirectWorkerd, startDirectWorkerd } from "../../test/direct-workerd.ts";
import { identity, publishModel } from "../../test/publish-model.ts";

let directory: string;
let service: DirectWorkerd;
let jpeg: Uint8Array;
const posters: Poster[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "unpaired-load-"));
  await publishModel(directory, { id: "tiny", version: "v1", ...identity, sizePixels: 64 });
  const spec = mobileResnetGenerator({ filters: 16, blocks: 9 });
  const weights = initializeWeights(spec, { random: createRandom(1) });
  await publishModel(directory, { id: "slow", version: "v1", spec, weights, sizePixels: 256 });
  service = await startDirectWorkerd(await bundleMeasuredWorker(), directory);
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  const photo = sharp({ create: { width: 256, height: 256, channels: 3, noise, background: "#000" } });
  jpeg = new Uint8Array(await photo.jpeg().toBuffer());
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

/** Sends a whole request, or its beginning, and resets the connection a while later. */
function hangUp(query: string, afterMs: number, sentBytes = jpeg.length): Promise<void> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `POST /translate?${query} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: image/jpeg\r\n` +
          `cache-control: no-store\r\ncontent-length: ${jpeg.length}\r\n\r\n`,
      );
      socket.write(jpeg.subarray(0, sentBytes));
      setTimeout(() => {
        socket.resetAndDestroy();
        resolve();
      }, afterMs);
    });
    socket.on("error", () => {});
  });
}

describe("callers that hang up", () => {
  it("free their places at once, and what had not begun for them never begins", async () => {
    const { post } = poster("model=slow");
    const warm = [];
    for (let run = 0; run < 5; run++) warm.push(await post());
    const oneMs = Math.min(...warm.map(({ ms }) => ms));
    // One is worked on, fifteen wait: all of them would take sixteen times as long.
    const hangUps = Array.from({ length: 16 }, () => hangUp("model=slow", oneMs / 2));
    await Promise.all(hangUps);
    const after = await post();
    expect(after.status).toBe(200);
    expect(after.ms).toBeLessThan(8 * oneMs);
  });

  it("free places while they wait, so that others are let in who would have been refused", async () => {
    const { post } = poster("model=slow");
    const held = Array.from({ length: 17 }, () => hangUp("model=slow", 600));
    await pause(20);
    const crowded = await Promise.all(Array.from({ length: 8 }, post));
    await Promise.all(held);
    const refused = crowded.filter(({ status }) => status !== 200);
    const answers = await Promise.all(Array.from({ length: 10 }, post));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ status, retryAfter }) => status === 503 && retryAfter === "5")).toBe(true);
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  });

  it("leave none of their upload counted, whole or not", async () => {
    const { post } = poster("model=slow");
    await post();
    const before = await service.isolateMemory();
    await Promise.all([
      ...Array.from({ length: 6 }, (_, index) => hangUp("model=slow", 20 + 30 * index)),
      ...Array.from({ length: 6 }, (_, index) => hangUp("model=slow", 20 + 30 * index, 5_000)),
    ]);
    await expect
      .poll(async () => (await service.isolateMemory()).heldBytes, { timeout: 10_000 })
      .toBe(before.heldBytes);
  });
});

describe("twice the load it can bear", () => {
  it("is answered, every request, with a result or with a 503 that says when to come again", async () => {
    const { post } = poster("model=tiny");
    await measureThroughput(post, { concurrency: 2, seconds: 1 });
    const { perSecond } = await measureThroughput(post, { concurrency: 2, seconds: 1 });
    const before = await service.isolateMemory();
    const result = await soak({ post, perSecond: 2 * perSecond, seconds: 8, random: createRandom(1) });
    expect(result.sent).toBeGreaterThan(8 * perSecond);
    expect(result).toMatchObject({ unanswered: 0, withoutRetryAfter: 0 });
    expect(Object.keys(result.statuses).every((status) => ["200", "503"].includes(status))).toBe(true);
    expect(result.statuses[200]).toBeGreaterThan(0);
    const { heldBytes, peakBytes } = await service.isolateMemory();
    expect(heldBytes).toBe(before.heldBytes);
    expect(peakBytes).toBeLessThan(110_000_000);
  });
});
