import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { dawnOptions } from "./dawn.ts";
import { detectWebgpu } from "./detect.ts";
import { findSoftwareDriver } from "./software-driver.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "webgpu-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Lets the process that looks for an adapter run this first. */
async function beforeProbing(code: string): Promise<void> {
  const path = join(folder, "first.cjs");
  await writeFile(path, code);
  vi.stubEnv("NODE_OPTIONS", `--require ${path}`);
}

describe("detectWebgpu", () => {
  it("has a reason where there is no driver", async () => {
    vi.stubEnv("VK_ICD_FILENAMES", join(folder, "none.json"));
    vi.stubEnv("VK_DRIVER_FILES", join(folder, "none.json"));
    const detection = await detectWebgpu({ software: false });
    // Other systems' drivers do not go through Vulkan, and may well be there.
    if (process.platform !== "linux") return;
    expect(detection).toEqual({ available: false, reason: expect.stringMatching(/webgpu|found no GPU/) });
  });

  it("survives a driver that ends its process", async () => {
    await beforeProbing("process.abort()");
    const detection = await detectWebgpu({ software: false });
    expect(detection).toEqual({ available: false, reason: expect.stringContaining("Dawn ended with") });
  });

  it("survives a driver that hangs", async () => {
    await beforeProbing("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)");
    const detection = await detectWebgpu({ software: false, timeoutMs: 300 });
    expect(detection).toEqual({
      available: false,
      reason: "The graphics driver did not answer within 0.3 s.",
    });
  });

  it("is not misled by what libraries write", async () => {
    await beforeProbing(`process.stdout.write("driver 1.2\\n"); process.exit(0)`);
    const detection = await detectWebgpu({ software: false });
    expect(detection).toEqual({ available: false, reason: expect.stringContaining("without an answer") });
  });

  it("offers a software adapter only to those who ask for one", async () => {
    const driver = findSoftwareDriver();
    if (driver) vi.stubEnv("VK_ICD_FILENAMES", driver);
    const detection = await detectWebgpu({ software: false });
    expect(detection.available && detection.software).toBe(false);
  });
});

it("keeps Dawn to Vulkan on Linux", () => {
  expect(dawnOptions(false, "linux")).toEqual(["backend=vulkan"]);
  expect(dawnOptions(false, "darwin")).toEqual([]);
});
