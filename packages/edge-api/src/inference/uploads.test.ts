import { describe, expect, it } from "vitest";
import { createIsolateMemory } from "./isolate-memory.ts";
import { createUploads } from "./uploads.ts";

const MEGABYTE = 1_000_000;

function uploadsOf({ limitMegabytes = 100, mostMegabytes = 40, nowMs = (): number => 0 } = {}) {
  const memory = createIsolateMemory({ limitBytes: limitMegabytes * MEGABYTE, baseBytes: 10 * MEGABYTE });
  return { memory, uploads: createUploads({ memory, mostBytes: mostMegabytes * MEGABYTE, nowMs }) };
}

describe("createUploads", () => {
  it("accounts for all of them as they grow, shrink and end", () => {
    const { memory, uploads } = uploadsOf();
    const [one, two] = [uploads.begin(), uploads.begin()];
    one.hold(3 * MEGABYTE);
    two.hold(5 * MEGABYTE);
    one.hold(7 * MEGABYTE);
    expect(memory.heldBytes()).toBe(22 * MEGABYTE);
    one.hold(1 * MEGABYTE);
    two.end();
    two.end();
    expect(memory.heldBytes()).toBe(11 * MEGABYTE);
    expect(memory.peakBytes()).toBe(22 * MEGABYTE);
  });

  it("refuses what would be too much together, and keeps what was there", () => {
    const { uploads } = uploadsOf();
    const [one, two] = [uploads.begin(), uploads.begin()];
    one.hold(25 * MEGABYTE);
    two.hold(10 * MEGABYTE);
    expect(() => two.hold(16 * MEGABYTE)).toThrow(expect.objectContaining({ code: "model_unavailable" }));
    expect(uploads.heldBytes()).toBe(35 * MEGABYTE);
    one.end();
    two.hold(16 * MEGABYTE);
  });

  it("refuses what the isolate has no room for, once nobody can let go of more", () => {
    const { memory, uploads } = uploadsOf({ limitMegabytes: 40 });
    let idleBytes = 20 * MEGABYTE;
    memory.add({
      heldBytes: () => idleBytes,
      releaseOne() {
        const had = idleBytes > 0;
        idleBytes = 0;
        return had;
      },
    });
    const upload = uploads.begin();
    upload.hold(25 * MEGABYTE);
    expect(idleBytes).toBe(0);
    expect(() => upload.hold(31 * MEGABYTE)).toThrow(expect.objectContaining({ code: "model_unavailable" }));
  });

  it("forgets an upload whose request the runtime dropped", () => {
    let nowMs = 0;
    const { uploads } = uploadsOf({ nowMs: () => nowMs });
    uploads.begin().hold(39 * MEGABYTE);
    nowMs = 240_001;
    uploads.begin().hold(39 * MEGABYTE);
    expect(uploads.heldBytes()).toBe(39 * MEGABYTE);
  });
});
