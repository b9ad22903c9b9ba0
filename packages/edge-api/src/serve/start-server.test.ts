import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { identity, invert, publishModel } from "../../test/publish-model.ts";
import { type ServedRegistry, serveRegistry } from "../../test/served-registry.ts";
import { startServer } from "./start-server.ts";

let server: ServedRegistry;
let png: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  const white = sharp({ create: { width: 32, height: 32, channels: 3, background: "#fff" } });
  png = new Uint8Array(await white.png().toBuffer());
  server = await serveRegistry((directory) =>
    publishModel(directory, { id: "model", version: "v1", ...identity, sizePixels: 32 }),
  );
});
afterAll(() => server.close());

async function red(): Promise<[version: string | null, red: number]> {
  const init = { method: "POST", headers: { "content-type": "image/png" }, body: png };
  const response = await fetch(`${server.url}/translate?model=model`, init);
  const pixels = await sharp(await response.arrayBuffer())
    .raw()
    .toBuffer();
  return [response.headers.get("x-model-version"), pixels[0]!];
}

describe("startServer", () => {
  it("serves what is published while it runs", async () => {
    expect(await red()).toEqual(["v1", 255]);
    await publishModel(server.directory, { id: "model", version: "v2", ...invert, sizePixels: 32 });
    await publishModel(server.directory, { id: "second", version: "v1", ...invert, sizePixels: 32 });
    await server.refresh();
    await expect.poll(red, { timeout: 6_000 }).toEqual(["v2", 0]);
    expect((await fetch(`${server.url}/models/second`)).status).toBe(200);
  });

  it("goes on when its folder disappears", async () => {
    await rm(server.directory, { recursive: true });
    await expect(server.refresh()).rejects.toMatchObject({ code: "registry_unreadable" });
    expect((await red())[1]).toBe(0);
  });

  it("refuses a folder that does not exist", async () => {
    const registryDirectory = join(tmpdir(), "there-is-no-such-folder");
    await expect(startServer({ registryDirectory })).rejects.toMatchObject({ code: "registry_empty" });
  });

  it("says which port is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const registryDirectory = await mkdtemp(join(tmpdir(), "registry-"));
    await expect(startServer({ registryDirectory, port })).rejects.toMatchObject({
      code: "port_unavailable",
      message: expect.stringContaining(String(port)),
    });
    await new Promise((resolve) => other.close(resolve));
    await rm(registryDirectory, { recursive: true });
  });
});
