import fc from "fast-check";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { AbortedError, InvalidArgumentError } from "../errors.ts";
import { images } from "../testing/images.ts";
import { smallModel } from "../testing/published-model.ts";
import { LocalModelError } from "./local-model-error.ts";
import { loadModel } from "./node.ts";
import { plainCodec } from "./plain-codec.ts";

const published = smallModel();
const model = await loadModel(published);
afterAll(() => model.dispose());

function grey(width: number, height: number) {
  return { width, height, data: new Uint8ClampedArray(width * height * 4).fill(128) };
}

test.each(["png", "jpeg", "webp"] as const)("a %s is answered in its own format", async (format) => {
  const result = await model.translate(new Blob([images[format]]));
  expect(result.contentType).toBe(`image/${format}`);
  expect((await sharp(await result.bytes()).metadata()).format).toBe(format);
  expect(Object.keys(result.timings)).toEqual(["decode", "fit", "infer", "encode"]);
});

test("pixels are answered as PNG, and as pixels without decoding it", async () => {
  const result = await model.translate(grey(40, 32));
  expect(result.contentType).toBe("image/png");
  const pixels = await result.imageData();
  expect([pixels.width, pixels.height]).toEqual([40, 32]);
  const decoded = await sharp(await result.bytes())
    .raw()
    .toBuffer();
  expect(Buffer.compare(decoded, Buffer.from(pixels.data))).toBe(0);
  pixels.data.fill(0);
  expect((await result.imageData()).data.some((value) => value > 0)).toBe(true);
});

test("what is drawn into the pixels later changes nothing", async () => {
  const expected = await (await model.translate(grey(32, 32))).imageData();
  const frame = grey(32, 32);
  const call = model.translate(frame);
  frame.data.fill(9);
  expect(await (await call).imageData()).toEqual(expected);
});

test("the format and its quality may be asked for", async () => {
  const sizes = await Promise.all(
    [10, 95].map(async (quality) => {
      const result = await model.translate(grey(200, 200), { format: "jpeg", quality, size: 200 });
      return (await result.bytes()).length;
    }),
  );
  expect(sizes[0]).toBeLessThan(sizes[1]!);
});

test("a model of one channel takes and gives grey", async () => {
  using single = await loadModel(smallModel({ channels: 1 }));
  const { data } = await (await single.translate(new Blob([images.png]))).imageData();
  for (let index = 0; index < data.length; index += 4) {
    expect([data[index + 1], data[index + 2], data[index + 3]]).toEqual([data[index], data[index], 255]);
  }
});

test("float arithmetic gives nearly the same", async () => {
  using exact = await loadModel(published, { arithmetic: "float" });
  expect([model.arithmetic, exact.arithmetic]).toEqual(["integer", "float"]);
  // A flat picture would be nothing but rounding to an instance norm.
  const waves = grey(32, 32);
  waves.data.forEach((_, index) => {
    waves.data[index] = index % 4 === 3 ? 255 : 128 + 100 * Math.sin(index / 50);
  });
  const [a, b] = await Promise.all(
    [model, exact].map(async (each) => (await each.translate(waves)).imageData()),
  );
  const differences = a!.data.map((value, index) => Math.abs(value - b!.data[index]!));
  expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThan(2);
});

test.each<[string, unknown, string]>([
  ["nothing", undefined, "unsupported_image"],
  ["an empty Blob", new Blob([]), "empty_image"],
  ["too few values", { width: 8, height: 8, data: new Uint8ClampedArray(4) }, "unsupported_image"],
  ["half a pixel", { width: 0.5, height: 8, data: new Uint8ClampedArray(16) }, "unsupported_image"],
  ["no height", { width: 8, height: 0, data: new Uint8ClampedArray(0) }, "unsupported_image"],
  ["text", new Blob(["hello"]), "undecodable_image"],
  ["half a PNG", new Blob([images.png.subarray(0, 50)]), "undecodable_image"],
])("%s is refused", async (_, image, code) => {
  const error = await model.translate(image as Blob).catch((error) => error);
  expect([InvalidArgumentError, LocalModelError]).toContain(error.constructor);
  expect(error.code).toBe(code);
});

test.each([{ quality: 0 }, { quality: 50.5 }, { size: 15 }, { size: 2000 }, { timeoutMs: 0 }])(
  "%j is refused",
  async (options) => {
    await expect(model.translate(grey(8, 8), options)).rejects.toThrow(InvalidArgumentError);
  },
);

test("an abort ends a translation", async () => {
  const aborted = model.translate(grey(8, 8), { signal: AbortSignal.abort("late") });
  await expect(aborted).rejects.toThrow(AbortedError);
  const controller = new AbortController();
  const call = model.translate(grey(64, 64), { signal: controller.signal });
  controller.abort();
  await expect(call).rejects.toThrow(AbortedError);
});

test("a size beyond the memory budget is a typed error, and the model runs on", async () => {
  using small = await loadModel(published, { memoryBudgetBytes: 2 * 2 ** 20 });
  const error = await small.translate(grey(1000, 1000), { size: 1000 }).catch((error) => error);
  expect(error).toMatchObject({ name: "LocalModelError", code: "memory_budget_exceeded" });
  expect((await small.translate(grey(16, 16))).model).toBe("summer2winter");
});

test("a model that was disposed of says so and holds nothing", async () => {
  const gone = await loadModel(published);
  expect(gone.memoryBytes).toBeGreaterThan(0);
  gone.dispose();
  gone.dispose();
  expect(gone.memoryBytes).toBe(0);
  await expect(gone.translate(grey(8, 8))).rejects.toMatchObject({ code: "session_disposed" });
});

test("without a codec pixels still become PNG, and the rest says what is missing", async () => {
  using plain = await loadModel(published, { codec: plainCodec });
  expect((await plain.translate(grey(8, 8))).contentType).toBe("image/png");
  for (const call of [plain.translate(images.png), plain.translate(grey(8, 8), { format: "webp" })]) {
    await expect(call).rejects.toMatchObject({ code: "unsupported_platform", message: /sharp/ });
  }
});

test("the plain codec writes what any PNG reader reads", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
      async (width, height, values) => {
        const data = Uint8ClampedArray.from(values.take(width * height * 4));
        const image = await plainCodec.encode({ data, width, height }, { format: "png", quality: 90 });
        const read = await sharp(await image.arrayBuffer())
          .raw()
          .toBuffer({ resolveWithObject: true });
        expect(read.info).toMatchObject({ width, height, channels: 4 });
        expect(Buffer.compare(read.data, Buffer.from(data))).toBe(0);
      },
    ),
    { numRuns: 30, seed: 3 },
  );
});
