import { patchDiscriminator, resnetGenerator } from "@unpaired/core";
import { beforeAll, describe, expect, test } from "vitest";
import { readEngineBinaries } from "../node.ts";
import {
  graphFiles,
  integers,
  type JsonNode,
  jsonOf,
  weight,
  windowAttributes,
  withJson,
} from "../testing/graph-files.ts";
import { noiseImage, publish } from "../testing/models.ts";
import type { EngineBinaries } from "./build.ts";
import { createPlanningSession, createSession } from "./session.ts";

const generator = publish(resnetGenerator({ filters: 2, blocks: 1 }));
let binaries: EngineBinaries;
beforeAll(async () => {
  binaries = await readEngineBinaries();
});
const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ name: "EngineError", code, message: expect.stringMatching(message) });

describe("running", () => {
  test("sizes take turns and give what they gave before", async () => {
    const session = await createSession(generator, { binaries });
    const [small, large] = [noiseImage(16, 8), noiseImage(40, 24)];
    const first = await session.run(small);
    await session.run(large);
    expect(await session.run(small)).toEqual(first);
    expect([first.width, first.height, first.channels]).toEqual([16, 8, 3]);
  });

  test("calls made at once finish in order, each with its own result", async () => {
    const session = await createSession(generator, { binaries });
    const images = [3, 5, 7].map((seed) => noiseImage(16, 16, 3, seed));
    const alone = [];
    for (const image of images) alone.push(await session.run(image));
    const order: number[] = [];
    const together = await Promise.all(
      images.map(async (image, index) => {
        const result = await session.run(image);
        order.push(index);
        return result;
      }),
    );
    expect(together).toEqual(alone);
    expect(order).toEqual([0, 1, 2]);
  });

  test("a size is planned once", async () => {
    const session = await createPlanningSession(generator, { binaries });
    const first = session.plan({ width: 16, height: 8 });
    session.plan({ width: 8, height: 16 });
    expect(session.plan({ width: 16, height: 8 })).toBe(first);
  });

  test("changing the image after the call changes nothing", async () => {
    const session = await createSession(generator, { binaries });
    const image = noiseImage(16, 16);
    const expected = await session.run(image);
    const running = session.run(image);
    image.data.fill(0);
    expect(await running).toEqual(expected);
  });

  test("an output outlives the runs after it", async () => {
    const session = await createSession(generator, { binaries });
    const result = await session.run(noiseImage(16, 16));
    const copy = result.data.slice();
    await session.run(noiseImage(64, 64));
    expect(result.data).toEqual(copy);
  });

  test("a model that gives its input back", async () => {
    const files = graphFiles([{ name: "output", op: "Identity", input: ["input"] }]);
    const session = await createSession(files, { binaries });
    const image = noiseImage(5, 3);
    expect(await session.run(image)).toEqual(image);
  });

  test("the files may be overwritten once the session exists", async () => {
    const files = {
      model: generator.model.slice(),
      weights: generator.weights.map((shard) => shard.slice()),
    };
    const session = await createSession(files, { binaries });
    for (const bytes of [files.model, ...files.weights]) bytes.fill(0);
    const fresh = await createSession(generator, { binaries });
    const image = noiseImage(16, 16);
    expect(await session.run(image)).toEqual(await fresh.run(image));
  });
});

describe("input that does not suit the model", () => {
  test.each([
    ["no width", { width: 0 }, /width is 0/],
    ["half a pixel", { height: 8.5 }, /height is 8.5/],
    ["a width that is no number", { width: Number.NaN }, /width is NaN|width is null/],
    ["an infinite height", { height: Number.POSITIVE_INFINITY }, /height is/],
    ["a side of 2^31", { width: 2 ** 31 }, /width is 2147483648/],
    ["grey", { channels: 1 }, /has 1 channels; the model takes 3/],
    ["too little data", { data: new Float32Array(7) }, /has 7 values; 16×16 pixels of 3 channels need 768/],
    ["bytes", { data: new Uint8Array(768) as unknown as Float32Array }, /Float32Array/],
    ["sides of 18", { ...noiseImage(18, 18) }, /cannot take 18×18 pixels .* to 20×20/],
    ["sides of 16 and 15", { ...noiseImage(16, 15) }, /cannot take 16×15 pixels .* to 16×16/],
    ["a single pixel", { ...noiseImage(1, 1) }, /cannot take 1×1 pixels .* to 8×8/],
  ])("%s", async (_, change, message) => {
    const session = await createSession(generator, { binaries });
    const image = { ...noiseImage(16, 16), ...change };
    await expect(session.run(image)).rejects.toEqual(refusal("invalid_input", message));
    await expect(session.run(noiseImage(16, 16))).resolves.toHaveProperty("width", 16);
  });

  test("a model that never enlarges takes odd sides, and names the smallest it can do with", async () => {
    const session = await createSession(publish(patchDiscriminator({ filters: 2 })), { binaries });
    await expect(session.run(noiseImage(37, 25))).resolves.toMatchObject({ width: 2, height: 1 });
    await expect(session.run(noiseImage(8, 8))).rejects.toEqual(refusal("invalid_input", /to 32×32/));
  });

  test("a model made for one size says which", async () => {
    const json = jsonOf(generator);
    const dim = [1, 16, 16, 3].map((size) => ({ size: String(size) }));
    json.modelTopology.node[0].attr.shape = { shape: { dim } };
    const session = await createSession(withJson(json, generator.weights), { binaries });
    await expect(session.run(noiseImage(16, 16))).resolves.toHaveProperty("height", 16);
    await expect(session.run(noiseImage(16, 32))).rejects.toEqual(
      refusal("invalid_input", /fixed to 16×16\); resize or pad the image to 16×16/),
    );
  });
});

describe("models that fit no image", () => {
  const kernel = weight(3, 3, 3, 4);
  const conv = (name: string, x: string, filter: string): JsonNode => ({
    name,
    op: "Conv2D",
    input: [x, filter],
    attr: windowAttributes(1, "SAME"),
  });
  test.each([
    [
      "channels that do not meet",
      graphFiles([conv("a", "input", "kernel"), conv("b", "a", "kernel")], { kernel }),
      refusal("unsupported_op", /^Conv2D "b": its filter reads 3 channels and the input has 4/),
    ],
    [
      "a size larger than any",
      graphFiles([{ name: "y", op: "ResizeNearestNeighbor", input: ["input", "size"] }], {
        size: integers(2 ** 20, 2 ** 20),
      }),
      refusal("invalid_model", /fits no image size/),
    ],
    [
      "a negative size",
      graphFiles([{ name: "y", op: "ResizeNearestNeighbor", input: ["input", "size"] }], {
        size: integers(-8, -8),
      }),
      refusal("unsupported_op", /its size is \[-8,-8\]/),
    ],
  ])("%s", async (_, files, expected) => {
    await expect(createSession(files, { binaries })).rejects.toEqual(expected);
  });
});

describe("memory", () => {
  test("a run beyond the budget is refused before memory grows, and smaller ones go on", async () => {
    const session = await createSession(generator, { binaries, memoryBudgetBytes: 2 ** 20 });
    await session.run(noiseImage(32, 32));
    const before = session.memoryBytes;
    await expect(session.run(noiseImage(512, 512))).rejects.toEqual(
      refusal("memory_budget_exceeded", /needs .* MiB and 1\.0 MiB are allowed/),
    );
    expect(session.memoryBytes).toBe(before);
    await expect(session.run(noiseImage(32, 32))).resolves.toHaveProperty("width", 32);
  });

  test("memory held is what the plan asked for, in pages", async () => {
    const session = await createPlanningSession(generator, { binaries });
    await session.run(noiseImage(128, 128));
    const { memoryBytes } = session.plan({ width: 128, height: 128 });
    expect(session.memoryBytes).toBe(Math.ceil(memoryBytes / 65_536) * 65_536);
  });

  test("sides of 32767 pixels are refused, not tried", async () => {
    const session = await createSession(generator, { binaries });
    const run = session.run({ data: new Float32Array(0), width: 32_764, height: 32_764, channels: 3 });
    await expect(run).rejects.toEqual(refusal("invalid_input", /has 0 values/));
  });

  test("weights beyond the budget are refused when the session is made", async () => {
    const files = publish(resnetGenerator({ filters: 16, blocks: 1 }));
    await expect(createSession(files, { binaries, memoryBudgetBytes: 2 ** 18 })).rejects.toEqual(
      refusal("memory_budget_exceeded", /raise memoryBudgetBytes/),
    );
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 40])(
    "a budget of %d bytes is no budget",
    async (memoryBudgetBytes) => {
      await expect(createSession(generator, { binaries, memoryBudgetBytes })).rejects.toEqual(
        refusal("invalid_input", /memoryBudgetBytes is/),
      );
    },
  );
});

test("a disposed session holds nothing and runs nothing", async () => {
  const session = await createSession(generator, { binaries });
  await session.run(noiseImage(16, 16));
  session.dispose();
  session.dispose();
  expect(session.memoryBytes).toBe(0);
  await expect(session.run(noiseImage(16, 16))).rejects.toEqual(
    refusal("session_disposed", /create a new one/),
  );
});

test("a binary that is not WebAssembly is named", async () => {
  const broken = { simd: new Uint8Array(8), relaxedSimd: new Uint8Array(8) };
  await expect(createSession(generator, { binaries: broken })).rejects.toThrow(/cannot be instantiated/);
});
