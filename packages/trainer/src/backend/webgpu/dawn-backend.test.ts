import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import type { DawnBackend } from "./dawn-backend.ts";
import { adapterForTests, startForTests } from "./test-bench.ts";

const adapter = await adapterForTests();
const title = adapter.available ? `on ${adapter.description}` : `skipped: ${adapter.reason}`;

describe.skipIf(!adapter.available)(`the backend over Dawn, ${title}`, () => {
  beforeAll(() => startForTests(adapter));

  it("reads asynchronously, and says so where it is asked to read at once", async () => {
    const sum = tf.add(tf.range(0, 2000), 1);
    expect(() => sum.dataSync()).toThrowError(
      expect.objectContaining({ code: "synchronous_read", message: expect.stringContaining("await data()") }),
    );
    expect((await sum.data())[1999]).toBe(2000);
    // What has been read once is there.
    expect(sum.dataSync()[1999]).toBe(2000);
    sum.dispose();
  });

  it("reports a buffer the GPU cannot have instead of computing zeros, and starts anew after it", async () => {
    const { device } = tf.backend() as DawnBackend;
    const elements = device.limits.maxBufferSize / 4 + 1024;
    const huge = tf.tidy(() => tf.add(tf.fill([elements], 1), 1));
    await expect(huge.data()).rejects.toMatchObject({
      name: "BackendError",
      code: expect.stringMatching(/device_failed|out_of_memory/),
    });
    const before = tf.backend();
    await startForTests(adapter);
    expect(tf.backend()).not.toBe(before);
    const sum = tf.add(tf.range(0, 2000), 1);
    expect((await sum.data())[1999]).toBe(2000);
    sum.dispose();
  });

  it("stays as it is where it runs already", async () => {
    const before = tf.backend();
    await startForTests(adapter);
    expect(tf.backend()).toBe(before);
  });
});
