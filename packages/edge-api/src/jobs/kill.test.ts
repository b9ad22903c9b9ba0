import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Job, type JobResult, jobSchema } from "@unpaired/core/contracts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { blankPng } from "../../test/blank-png.ts";
import { invert, publishModel } from "../../test/publish-model.ts";
import type { WorkerBindings } from "../../test/served-jobs.ts";
import { createRegistryCopier } from "../serve/registry-copier.ts";
import { STALLED_MS } from "./resend.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const IMAGES = 120;
let storage: string;
let running: ChildProcess | undefined;
let url: string;

beforeEach(async () => {
  storage = await mkdtemp(join(tmpdir(), "unpaired-killed-"));
});
afterEach(async () => {
  await kill();
  await rm(storage, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The Worker in a process group of its own, over storage on disk. */
async function start(): Promise<void> {
  const port = await freePort();
  const variables = ["--var", "ACCESS:open", "--var", "RATE_LIMIT:off"];
  const options = ["--persist-to", storage, "--port", `${port}`, "--inspector-port", `${await freePort()}`];
  running = spawn(
    process.execPath,
    [join(root, "node_modules/wrangler/bin/wrangler.js"), "dev", ...options, ...variables],
    {
      cwd: root,
      detached: true,
      stdio: "ignore",
      env: { ...process.env, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false", CI: "1" },
    },
  );
  url = `http://127.0.0.1:${port}`;
  const isUp = () =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(isUp, { timeout: 60_000, interval: 100 }).toBe(true);
}

async function kill(): Promise<void> {
  const process_ = running;
  running = undefined;
  if (process_?.pid === undefined) return;
  const ended = new Promise((resolve) => process_.once("exit", resolve));
  // The whole group: the runtime is a process of its own.
  process.kill(-process_.pid, "SIGKILL");
  await ended;
}

/** The storage itself, while nothing runs on it. */
async function withStorage<Result>(use: (env: WorkerBindings) => Promise<Result>): Promise<Result> {
  Object.assign(process.env, { WRANGLER_SEND_METRICS: "false", WRANGLER_WRITE_LOGS: "false" });
  const { getPlatformProxy } = await import("wrangler");
  const proxy = await getPlatformProxy({
    configPath: join(root, "wrangler.jsonc"),
    persist: { path: join(storage, "v3") },
  });
  try {
    return await use(proxy.env as unknown as WorkerBindings);
  } finally {
    await proxy.dispose();
  }
}

async function prepare(env: WorkerBindings): Promise<void> {
  const registry = join(storage, "registry");
  await publishModel(registry, { id: "model", version: "v1", ...invert, sizePixels: 32 });
  await createRegistryCopier(registry, env.REGISTRY).copy();
  await env.PICTURES.put("uploads/black.png", blankPng(32, 32));
  for (const name of await readdir(join(root, "migrations"))) {
    const sql = (await readFile(join(root, "migrations", name), "utf8")).replaceAll(/^\s*--.*$/gm, "");
    const statements = sql.split(";").filter((statement) => statement.trim() !== "");
    await env.JOBS_DB.batch(statements.map((statement) => env.JOBS_DB.prepare(statement)));
  }
}

const jobAt = async (id: string): Promise<Job> =>
  jobSchema.parse(await (await fetch(`${url}/jobs/${id}`)).json());

async function resultsOf(id: string): Promise<JobResult[]> {
  const text = await (await fetch(`${url}/jobs/${id}/results`)).text();
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as JobResult]));
}

/** When each image of a job was last written, by index; writing it again would show. */
function writtenAt(id: string): Promise<Map<number, string>> {
  return withStorage(async ({ PICTURES }) => {
    const written = new Map<number, string>();
    for (let index = 0; index < IMAGES; index++) {
      const head = (await PICTURES.head(`results/${id}/${index}.png`)) as { version: string } | null;
      if (head !== null) written.set(index, head.version);
    }
    return written;
  });
}

describe("a job whose process is killed", () => {
  it("is ended by the next one, nothing lost and nothing translated twice", {
    timeout: 180_000,
  }, async () => {
    await withStorage(prepare);
    await start();
    const images = Array.from({ length: IMAGES }, (_, index) => ({
      key: "uploads/black.png",
      id: `${index}`,
    }));
    const response = await fetch(`${url}/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "model", images }),
    });
    const { id } = jobSchema.parse(await response.json());
    await expect
      .poll(async () => (await jobAt(id)).done, { timeout: 30_000, interval: 5 })
      .toBeGreaterThan(10);
    await kill();
    const before = await writtenAt(id);
    expect(before.size).toBeGreaterThan(10);
    expect(before.size).toBeLessThan(IMAGES);

    await start();
    const resumed = await jobAt(id);
    expect(resumed.status).toBe("running");
    const early = await resultsOf(id);
    // The local queue forgets its messages with its process; a sweep sends them again.
    const strike = `${url}/cdn-cgi/handler/scheduled?time=${Date.now() + 2 * STALLED_MS}`;
    expect((await fetch(strike)).status).toBe(200);
    await expect.poll(async () => (await jobAt(id)).status, { timeout: 60_000, interval: 100 }).toBe("done");
    expect(await jobAt(id)).toMatchObject({ total: IMAGES, done: IMAGES, failed: 0 });
    const results = await resultsOf(id);
    expect(results.slice(0, early.length)).toEqual(early);
    expect(results.map(({ sequence }) => sequence)).toEqual(images.map((_, index) => index + 1));
    expect(new Set(results.map(({ index }) => index)).size).toBe(IMAGES);
    await kill();
    const after = await writtenAt(id);
    expect(after.size).toBe(IMAGES);
    for (const [index, version] of before) expect([index, after.get(index)]).toEqual([index, version]);
  });
});
