import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { healthSchema, type Manifest } from "@unpaired/core/contracts";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { colourNetwork, publishModel } from "../../test/publish-model.ts";
import { type ServedRegistry, serveRegistry } from "../../test/served-registry.ts";
import { startServer } from "../serve/start-server.ts";

let server: ServedRegistry;
let png: Uint8Array<ArrayBuffer>;

/** Every version answers a red of its own. */
const publish = (directory: string, version: string, red: number): Promise<Manifest> =>
  publishModel(directory, {
    id: "model",
    version,
    ...colourNetwork(
      [
        [0, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      [red, 0, 0],
    ),
    sizePixels: 32,
  });

async function publishBroken(directory: string, version: string, red: number): Promise<void> {
  const { key } = (await publish(directory, version, red)).files.weights[0]!;
  const bytes = await readFile(join(directory, key));
  bytes[bytes.length >> 1]! ^= 1;
  await writeFile(join(directory, key), bytes);
}

beforeAll(async () => {
  png = new Uint8Array(
    await sharp({ create: { width: 32, height: 32, channels: 3, background: "#777" } })
      .png()
      .toBuffer(),
  );
  server = await serveRegistry((directory) => publish(directory, "v1", -1));
});
afterAll(() => server.close());

const translate = (query = "", url = server.url) =>
  fetch(`${url}/translate?model=model${query}`, {
    method: "POST",
    headers: { "content-type": "image/png" },
    body: png,
  });
const health = async () => healthSchema.parse(await (await fetch(`${server.url}/health`)).json());

/** Asks again and again until `isDone` or 8 s are over: every status and every version that was answered. */
async function askUntil(
  isDone: (version: string) => boolean,
): Promise<{ statuses: Set<number>; versions: string[] }> {
  const statuses = new Set<number>();
  const versions: string[] = [];
  const untilMs = Date.now() + 8_000;
  while (Date.now() < untilMs && !isDone(versions.at(-1) ?? "")) {
    for (const response of await Promise.all([translate(), translate(), translate()])) {
      statuses.add(response.status);
      versions.push(response.headers.get("x-model-version") ?? "none");
      await response.arrayBuffer();
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { statuses, versions };
}

it("picks a new version up without a restart and without a failed request", async () => {
  expect((await translate()).headers.get("x-model-version")).toBe("v1");
  await publish(server.directory, "v2", 1);
  await server.refresh();
  const { statuses, versions } = await askUntil((version) => version === "v2");
  expect([...statuses]).toEqual([200]);
  expect(new Set(versions)).toEqual(new Set(["v1", "v2"]));
  expect(versions.lastIndexOf("v1")).toBeLessThan(versions.length - 1);
  const pixels = await sharp(await (await translate()).arrayBuffer())
    .raw()
    .toBuffer();
  expect(pixels[0]).toBe(255);
});

it("goes on with the old version when the new one is broken, and says so in /health", async () => {
  expect((await health()).broken).toBeUndefined();
  await publishBroken(server.directory, "v3", 0.5);
  await server.refresh();
  let reported: Awaited<ReturnType<typeof health>> | undefined;
  const asking = askUntil(() => reported?.broken !== undefined);
  const report = async () => {
    reported = await health();
    return reported.broken;
  };
  await expect.poll(report, { timeout: 7_000 }).toBeDefined();
  const { statuses, versions } = await asking;
  expect([...statuses]).toEqual([200]);
  expect(new Set(versions)).toEqual(new Set(["v2"]));
  expect(reported).toMatchObject({
    status: "degraded",
    broken: [{ id: "model", version: "v3", serving: "v2", detail: expect.stringContaining("SHA-256") }],
  });
  const manifest = await fetch(`${server.url}/models/model`);
  expect(((await manifest.json()) as Manifest).version).toBe("v2");
  expect((await translate("&version=v3")).status).toBe(503);
});

it("finds the version before the broken one in a fresh isolate, too", async () => {
  const fresh = await startServer({ registryDirectory: server.directory });
  try {
    const response = await translate("", fresh.url);
    expect([response.status, response.headers.get("x-model-version")]).toEqual([200, "v2"]);
  } finally {
    await fresh.close();
  }
});

it("takes the next good version and is well again", async () => {
  await publish(server.directory, "v4", 0.25);
  await server.refresh();
  const { statuses, versions } = await askUntil((version) => version === "v4");
  expect([[...statuses], versions.at(-1)]).toEqual([[200], "v4"]);
  expect(await health()).toMatchObject({ status: "ok" });
  expect((await health()).broken).toBeUndefined();
});
