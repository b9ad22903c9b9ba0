import { patchDiscriminator, resnetGenerator } from "@unpaired/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readEngineBinaries } from "./node.ts";
import { createPlanningSession, createSession, type SessionOptions } from "./runtime/session.ts";
import type { ImageTensor, ModelFiles } from "./session-types.ts";
import { graphFiles } from "./testing/graph-files.ts";
import { noiseImage, publish } from "./testing/models.ts";

const binaries = await readEngineBinaries();
const generator = publish(resnetGenerator({ filters: 2, blocks: 1 }));
const open = (options: Partial<SessionOptions> = {}, files: ModelFiles = generator) =>
  createSession(files, { binaries, ...options });
const coded = (code: string) => expect.objectContaining({ name: "EngineError", code });

/** What each image gives in a session of its own. */
async function alone(images: readonly ImageTensor[]): Promise<ImageTensor[]> {
  return Promise.all(images.map(async (image) => (await open()).run(image)));
}

describe("calls made at once", () => {
  test("of many sizes, with refused ones between them, give what each gives alone", async () => {
    const images = [
      [16, 16],
      [40, 24],
      [8, 8],
      [24, 40],
      [16, 16],
      [64, 8],
    ].map(([width, height], seed) => noiseImage(width!, height!, 3, seed));
    const expected = await alone(images);
    const session = await open({ memoryBudgetBytes: 2 ** 20 });
    const refused = [noiseImage(18, 18), noiseImage(512, 512), noiseImage(16, 16, 1), noiseImage(1, 1)];
    const order: number[] = [];
    const settled = await Promise.allSettled(
      images.flatMap((image, index) => [
        session.run(image).finally(() => order.push(index)),
        session.run(refused[index % refused.length]!),
      ]),
    );
    const ran = settled.filter((_, index) => index % 2 === 0);
    const failed = settled.filter((_, index) => index % 2 === 1);
    expect(ran).toEqual(expected.map((value) => ({ status: "fulfilled", value })));
    expect(failed.map((result) => result.status === "rejected" && result.reason.code)).toEqual([
      "invalid_input",
      "memory_budget_exceeded",
      "invalid_input",
      "invalid_input",
      "invalid_input",
      "memory_budget_exceeded",
    ]);
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("on two sessions of one binary do not meet", async () => {
    const [a, b] = await Promise.all([open(), open()]);
    const images = [1, 2, 3, 4].map((seed) => noiseImage(16, 16, 3, seed));
    const expected = await alone(images);
    const results = await Promise.all(images.map((image, index) => (index % 2 === 0 ? a : b).run(image)));
    expect(results).toEqual(expected);
  });

  test("of more sizes than plans are kept, again and again", async () => {
    const session = await open();
    const images = Array.from({ length: 12 }, (_, index) => noiseImage(8 + 4 * index, 12, 3, index));
    const first = await Promise.all(images.map((image) => session.run(image)));
    const again = await Promise.all(images.toReversed().map((image) => session.run(image)));
    expect(again.toReversed()).toEqual(first);
  });
});

describe("dispose between calls", () => {
  test("lets what was called before finish, and refuses what is called after", async () => {
    const images = [5, 6].map((seed) => noiseImage(24, 16, 3, seed));
    const expected = await alone(images);
    const session = await open();
    const before = images.map((image) => session.run(image));
    session.dispose();
    const after = images.map((image) => session.run(image));
    expect(session.memoryBytes).toBe(0);
    expect(await Promise.all(before)).toEqual(expected);
    for (const result of await Promise.allSettled(after)) {
      expect(result).toEqual({ status: "rejected", reason: coded("session_disposed") });
    }
  });

  test("plans nothing afterwards", async () => {
    const session = await createPlanningSession(generator, { binaries });
    session.dispose();
    expect(() => session.plan({ width: 16, height: 16 })).toThrow(coded("session_disposed"));
  });
});

describe("a refused run changes nothing", () => {
  const image = noiseImage(16, 16);
  test.each([
    ["memory", noiseImage(512, 512), "memory_budget_exceeded"],
    ["a size", noiseImage(17, 17), "invalid_input"],
    ["channels", noiseImage(16, 16, 4), "invalid_input"],
    ["data that went away", transferred(), "invalid_input"],
    ["a billion pixels", { ...noiseImage(1, 1), width: 32_767, height: 32_767 }, "invalid_input"],
  ])("for %s", async (_, refused, code) => {
    const session = await open({ memoryBudgetBytes: 2 ** 20 });
    const first = await session.run(image);
    const { memoryBytes } = session;
    for (let times = 0; times < 3; times++) {
      await expect(session.run(refused)).rejects.toEqual(coded(code));
      expect(session.memoryBytes).toBe(memoryBytes);
      expect(await session.run(image)).toEqual(first);
    }
  });

  test.each(["integer", "float"] as const)(
    "nor does one of numbers that are none, %s",
    async (arithmetic) => {
      const session = await open({ arithmetic });
      const first = await session.run(image);
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 3.4e38, -1e-45]) {
        const data = image.data.map((pixel, index) => (index % 7 === 0 ? value : pixel));
        expect((await session.run({ ...image, data })).data).toHaveLength(768);
        expect(await session.run(image)).toEqual(first);
      }
    },
  );
});

function transferred(): ImageTensor {
  const image = noiseImage(16, 16);
  structuredClone(image.data.buffer, { transfer: [image.data.buffer as ArrayBuffer] });
  return image;
}

describe("images in unusual memory", () => {
  test.each([
    ["in the middle of a buffer", (data: Float32Array) => new Float32Array([0, ...data, 0]).subarray(1, -1)],
    [
      "in shared memory",
      (data: Float32Array) => {
        const shared = new Float32Array(new SharedArrayBuffer(data.byteLength));
        shared.set(data);
        return shared;
      },
    ],
  ])("%s", async (_, move) => {
    const session = await open();
    const image = noiseImage(16, 16);
    const first = await session.run(image);
    expect(await session.run({ ...image, data: move(image.data) })).toEqual(first);
  });

  test("an output is an input like any other", async () => {
    const session = await open();
    const once = await session.run(noiseImage(16, 16));
    const twice = await session.run(once);
    const copy = { ...once, data: once.data.slice() };
    expect(await (await open()).run(copy)).toEqual(twice);
  });
});

describe("sizes", () => {
  const session = open();
  const discriminator = open({}, publish(patchDiscriminator({ filters: 2, layers: 2 })));
  test.each([
    ["a generator", session],
    ["a discriminator", discriminator],
  ] as const)("%s takes a size or names one it takes", async (_, opening) => {
    const opened = await opening;
    const size = fc.integer({ min: 1, max: 70 });
    await fc.assert(
      fc.asyncProperty(size, size, async (width, height) => {
        const image = noiseImage(width, height);
        const refusal = await opened.run(image).then(
          () => undefined,
          (error: Error) => error,
        );
        if (!refusal) return;
        expect(refusal).toEqual(coded("invalid_input"));
        const [, toWidth, toHeight] = /resize or pad the image to (\d+)×(\d+)\.$/
          .exec(refusal.message)!
          .map(Number);
        expect(toWidth).toBeGreaterThanOrEqual(width);
        expect(toHeight).toBeGreaterThanOrEqual(height);
        await expect(opened.run(noiseImage(toWidth!, toHeight!))).resolves.toHaveProperty("channels");
      }),
      { numRuns: 60 },
    );
  });

  const sides = [0, -1, -0, 0.5, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 53, 32_768];
  test.each(sides)("a plan for a side of %d is refused", async (side) => {
    const relu = graphFiles([{ name: "y", op: "Relu", input: ["input"] }]);
    for (const files of [relu, generator]) {
      const planning = await createPlanningSession(files, { binaries });
      for (const size of [
        { width: side, height: 8 },
        { width: 8, height: side },
      ]) {
        expect(() => planning.plan(size)).toThrow(coded("invalid_input"));
      }
    }
  });
});
