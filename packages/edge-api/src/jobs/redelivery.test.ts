import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobResult } from "@unpaired/core/contracts";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { blankPng } from "../../test/blank-png.ts";
import { type ServedJobs, serveJobs } from "../../test/served-jobs.ts";
import { tinyManifest } from "../../test/tiny-manifest.ts";
import { createIsolateMemory } from "../inference/isolate-memory.ts";
import { createUploads } from "../inference/uploads.ts";
import { defaultLimits } from "../requests/limits.ts";
import type { JobDatabase, Picture, PictureBucket, QueueMessage } from "./bindings.ts";
import { resultOf } from "./job-rows.ts";
import { createJobs, type Jobs } from "./jobs.ts";
import type { JobMessage } from "./messages.ts";

let directory: string;
let served: ServedJobs;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "unpaired-redelivery-"));
  served = await serveJobs(directory);
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

/** Where a delivery is cut off, as by the death of the process. */
type Fault = "none" | "translating" | "before put" | "after put" | "before batch" | "after batch" | "sending";

let fault: Fault;
let sent: JobMessage[];
/** Translations of images whose result was there already. */
let wasted: number;
let translated: number;
let written: Set<string>;
beforeEach(reset);
function reset(): void {
  fault = "none";
  sent = [];
  wasted = 0;
  translated = 0;
  written = new Set();
}

function strike(where: Fault): void {
  if (fault !== where) return;
  fault = "none";
  throw new Error(`Cut off: ${where}`);
}

/** Jobs on the emulators' own bucket and database, which can be cut off, and a queue that delivers when it is told. */
function openJobs(): Jobs {
  const { PICTURES, JOBS_DB } = served.env;
  let current = "";
  const bucket: PictureBucket = {
    head: (key) => {
      if (key.startsWith("results/")) current = key;
      return PICTURES.head(key);
    },
    async get(key, options) {
      const object = (await PICTURES.get(key, options)) as Picture | null;
      if (object === null || object.arrayBuffer === undefined) return object;
      // What reaches over into the emulator reads a body by looking for it.
      const { size, etag } = object;
      const bytes = await object.arrayBuffer();
      return { key, size, etag, body: new Blob([bytes]).stream(), arrayBuffer: async () => bytes };
    },
    delete: (key) => PICTURES.delete(key),
    async put(key, value, options) {
      strike("before put");
      const head = await PICTURES.put(key, value, options);
      written.add(key);
      strike("after put");
      return head;
    },
  };
  const database: JobDatabase = {
    prepare: (sql) => JOBS_DB.prepare(sql),
    async batch(statements) {
      strike("before batch");
      const results = await JOBS_DB.batch<never>(statements);
      strike("after batch");
      return results;
    },
  };
  return createJobs({
    bindings: {
      JOBS_DB: database,
      PICTURES: bucket,
      TRANSLATIONS: {
        async sendBatch(messages) {
          sent.push(...messages.slice(0, 2).map(({ body }) => body as JobMessage));
          strike("sending");
          sent.push(...messages.slice(2).map(({ body }) => body as JobMessage));
        },
      },
    },
    versions: { resolve: async (_, version) => tinyManifest(version ?? "v1") },
    async translate({ bytes }) {
      strike("translating");
      translated++;
      if (written.has(current)) wasted++;
      return { image: bytes, width: 8, height: 8, domainScore: 0.5 };
    },
    uploads: createUploads({ memory: createIsolateMemory(), nowMs: Date.now }),
    limits: defaultLimits,
    nowMs: Date.now,
    sliceLimits: { bytes: 100, lines: 3, slices: 2, images: 20 },
  });
}

/** @returns whether the message is done with */
async function deliver(jobs: Jobs, body: JobMessage, queue = "unpaired-translations"): Promise<boolean> {
  let isAcked = false;
  const message: QueueMessage = {
    id: "message",
    body,
    attempts: 1,
    ack: () => {
      isAcked = true;
    },
    retry: () => {},
  };
  await jobs.consume({ queue, messages: [message] });
  return isAcked;
}

async function deliverAll(jobs: Jobs): Promise<void> {
  while (sent.length > 0) {
    const message = sent.shift()!;
    if (!(await deliver(jobs, message))) sent.push(message);
  }
}

const resultsOf = async (jobs: Jobs, id: string): Promise<JobResult[]> =>
  (await jobs.store.results(id, 0, 1_000)).map(resultOf);
const asked = (owner: string) => ({ owner, idempotencyKey: undefined, requestSha256: "0" });
const quietly = async (work: () => Promise<void>) => {
  const { error } = console;
  console.error = () => {};
  try {
    await work();
  } finally {
    console.error = error;
  }
};

const faults = fc.constantFrom<Fault>(
  "none",
  "none",
  "translating",
  "before put",
  "after put",
  "before batch",
  "after batch",
);

describe("a job whose messages come more than once, late and in any order", () => {
  it("counts each image once, and translates none again whose result is there", async () => {
    const { PICTURES } = served.env;
    await PICTURES.put("uploads/good.png", blankPng(8, 8));
    await PICTURES.put("uploads/bad.png", "text");
    const images = fc.array(fc.constantFrom("good.png", "bad.png", "missing.png"), {
      minLength: 1,
      maxLength: 5,
    });
    const deliveries = fc.array(fc.tuple(fc.nat(4), faults), { maxLength: 12 });
    await quietly(() =>
      fc.assert(
        fc.asyncProperty(images, deliveries, async (names, schedule) => {
          reset();
          const jobs = openJobs();
          const request = {
            job: { model: "model", images: names.map((name) => ({ key: `uploads/${name}` })) },
          };
          const { id } = await jobs.create(asked("a"), request, tinyManifest("v1"));
          expect(sent).toHaveLength(names.length);
          for (const [index, where] of schedule) {
            fault = where;
            await deliver(jobs, sent[index % names.length]!);
          }
          fault = "none";
          const again = [...sent];
          await deliverAll(jobs);
          for (const message of again.reverse()) expect(await deliver(jobs, message)).toBe(true);

          const good = names.filter((name) => name === "good.png").length;
          const row = await jobs.store.get(id);
          expect(row).toMatchObject({
            status: "done",
            total: names.length,
            done: good,
            failed: names.length - good,
          });
          const results = await resultsOf(jobs, id);
          expect(results.map(({ sequence }) => sequence)).toEqual(names.map((_, index) => index + 1));
          for (const { index, status } of results) {
            expect(status).toBe(names[index] === "good.png" ? "done" : "failed");
          }
          expect(wasted).toBe(0);
        }),
        { numRuns: 12, seed: 1 },
      ),
    );
  });

  it("counts each image once when two deliveries run at the same time", async () => {
    const jobs = openJobs();
    await served.env.PICTURES.put("uploads/good.png", blankPng(8, 8));
    const images = Array.from({ length: 8 }, () => ({ key: "uploads/good.png" }));
    const { id } = await jobs.create(asked("a"), { job: { model: "model", images } }, tinyManifest("v1"));
    await Promise.all([...sent, ...sent, ...sent].map((message) => deliver(jobs, message)));
    expect(await jobs.store.get(id)).toMatchObject({ status: "done", done: 8, failed: 0 });
    expect((await resultsOf(jobs, id)).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("takes a result that was written and not counted as it is, even without its source", async () => {
    const jobs = openJobs();
    await served.env.PICTURES.put("uploads/brief.png", blankPng(8, 8));
    const request = { job: { model: "model", images: [{ key: "uploads/brief.png" }] } };
    const { id } = await jobs.create(asked("a"), request, tinyManifest("v1"));
    await quietly(async () => {
      fault = "before batch";
      expect(await deliver(jobs, sent[0]!)).toBe(false);
    });
    await served.env.PICTURES.delete("uploads/brief.png");
    expect(await deliver(jobs, sent[0]!)).toBe(true);
    expect(translated).toBe(1);
    expect(await resultsOf(jobs, id)).toMatchObject([
      { status: "done", width: 8, height: 8, bytes: blankPng(8, 8).length, domainScore: 0.5 },
    ]);
  });
});

describe("a manifest that is read in slices", () => {
  const manifestFaults = fc.constantFrom<Fault>("none", "before batch", "after batch", "sending");

  it("becomes its images once, wherever reading is cut off and however often it is asked for", async () => {
    const { PICTURES } = served.env;
    await PICTURES.put("uploads/good.png", blankPng(8, 8));
    const names = fc.array(fc.constantFrom("good.png", "missing.png"), { minLength: 1, maxLength: 8 });
    await quietly(() =>
      fc.assert(
        fc.asyncProperty(names, fc.array(manifestFaults, { maxLength: 5 }), async (names, schedule) => {
          reset();
          const jobs = openJobs();
          const lines = names.map((name, index) =>
            JSON.stringify({ key: `uploads/${name}`, id: `${index}` }),
          );
          await PICTURES.put("uploads/manifest", `${lines.join("\n")}\n`);
          const request = { job: { model: "model", manifest: "uploads/manifest" } };
          const { id } = await jobs.create(asked("a"), request, tinyManifest("v1"));
          const expand = sent[0]!;
          for (const where of schedule) {
            fault = where;
            await deliver(jobs, expand);
          }
          fault = "none";
          await deliverAll(jobs);
          const good = names.filter((name) => name === "good.png").length;
          const row = await jobs.store.get(id);
          expect(row).toMatchObject({
            status: "done",
            total: names.length,
            done: good,
            failed: names.length - good,
          });
          const results = await resultsOf(jobs, id);
          expect(results.map(({ index }) => index).sort((a, b) => a - b)).toEqual([...names.keys()]);
          for (const { index, id } of results) expect(id).toBe(String(index));
          expect(wasted).toBe(0);
        }),
        { numRuns: 6, seed: 1 },
      ),
    );
  });

  it("fails when it is changed meanwhile, has a line without end or too many of them", async () => {
    const { PICTURES } = served.env;
    const job = async (manifest: string, meanwhile?: () => Promise<unknown>) => {
      const jobs = openJobs();
      await PICTURES.put("uploads/manifest", manifest);
      const request = { job: { model: "model", manifest: "uploads/manifest" } };
      const { id } = await jobs.create(asked("a"), request, tinyManifest("v1"));
      await meanwhile?.();
      await deliverAll(jobs);
      return jobs.store.get(id);
    };
    const line = '{"key":"uploads/good.png"}\n';
    expect(await job(line, () => PICTURES.put("uploads/manifest", `${line}${line}`))).toMatchObject({
      status: "failed",
      detail: expect.stringContaining("changed"),
    });
    expect(await job("x".repeat(200))).toMatchObject({
      status: "failed",
      detail: expect.stringContaining("100 bytes"),
    });
    expect(await job("x\n".repeat(21))).toMatchObject({
      status: "failed",
      total: null,
      detail: expect.stringContaining("more than 20 images"),
    });
  });
});

describe("messages nobody could deliver", () => {
  const dead = "unpaired-translations-dead";

  it("end their image or their job, and say what the last try said", async () => {
    const jobs = openJobs();
    await served.env.PICTURES.put("uploads/good.png", blankPng(8, 8));
    const images = [{ key: "uploads/good.png" }, { key: "uploads/good.png" }];
    const { id } = await jobs.create(asked("a"), { job: { model: "model", images } }, tinyManifest("v1"));
    await quietly(async () => {
      fault = "translating";
      expect(await deliver(jobs, sent[0]!)).toBe(false);
    });
    for (const message of sent) expect(await deliver(jobs, message, dead)).toBe(true);
    expect(await jobs.store.get(id)).toMatchObject({ status: "done", done: 0, failed: 2 });
    expect(await resultsOf(jobs, id)).toMatchObject([{ code: "internal_error" }, { code: "internal_error" }]);

    await served.env.PICTURES.put("uploads/manifest", '{"key":"uploads/good.png"}');
    const manifest = { job: { model: "model", manifest: "uploads/manifest" } };
    const other = await jobs.create(asked("a"), manifest, tinyManifest("v1"));
    await deliver(jobs, { type: "expand", job: other.id }, dead);
    expect(await jobs.store.get(other.id)).toMatchObject({ status: "failed", detail: expect.any(String) });
  });

  it("are let go when they mean nothing here", async () => {
    const jobs = openJobs();
    await quietly(async () => {
      for (const body of [null, "text", {}, { type: "translate", job: "../x", index: -1 }]) {
        expect(await deliver(jobs, body as never)).toBe(true);
      }
    });
    expect(await deliver(jobs, { type: "translate", job: "0".repeat(32), index: 0 })).toBe(true);
    expect(await deliver(jobs, { type: "resend", job: "0".repeat(32), from: 0 })).toBe(true);
  });
});
