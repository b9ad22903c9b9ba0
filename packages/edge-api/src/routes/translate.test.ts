import { ReadableStream } from "node:stream/web";
import { translateResponseSchema } from "@unpaired/core/contracts";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { identity, invert, publishModel } from "../../test/publish-model.ts";
import { type ServedRegistry, serveRegistry } from "../../test/served-registry.ts";

const SIZE = 64;
let server: ServedRegistry;

beforeAll(async () => {
  server = await serveRegistry(async (directory) => {
    const domainStatistics = [{ name: "redMean", mean: 0, standardDeviation: 0.5 }];
    await publishModel(directory, { id: "identity", version: "v1", ...identity, sizePixels: SIZE });
    await publishModel(directory, {
      id: "invert",
      version: "v1",
      ...invert,
      sizePixels: SIZE,
      domainStatistics,
    });
    await publishModel(directory, {
      id: "invert",
      version: "v2",
      ...invert,
      sizePixels: SIZE,
      domainStatistics,
    });
  });
});
afterAll(() => server.close());

function translate(
  query: string,
  body: BodyInit,
  headers: Record<string, string> = { "content-type": "image/png" },
) {
  return fetch(`${server.url}/translate?${query}`, { method: "POST", headers, body });
}

async function pixelsOf(image: Response | Uint8Array) {
  const bytes = image instanceof Response ? new Uint8Array(await image.arrayBuffer()) : image;
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

const flat = (width: number, height: number, colour: string) =>
  sharp({ create: { width, height, channels: 3, background: colour } });
const photo = (width: number, height: number) => {
  const data = new Uint8Array(width * height * 3);
  for (let index = 0; index < data.length; index++) {
    data[index] = 128 + 90 * Math.sin(index / 17) * Math.cos(Math.floor(index / (width * 3)) / 9);
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
};

describe("POST /translate", () => {
  it("translates every pixel of a PNG exactly", async () => {
    const input = photo(SIZE, SIZE);
    const response = await translate("model=invert", await input.clone().png().toBuffer());
    expect(response.status).toBe(200);
    const [before, after] = [await pixelsOf(await input.clone().png().toBuffer()), await pixelsOf(response)];
    expect([after.width, after.height]).toEqual([SIZE, SIZE]);
    expect([...after.data]).toEqual([
      ...before.data.map((value, index) => (index % 4 === 3 ? 255 : 255 - value)),
    ]);
  });

  it("gives a picture of the model's size back untouched through the identity", async () => {
    const bytes = await photo(SIZE, SIZE).png().toBuffer();
    const after = await pixelsOf(await translate("model=identity", bytes));
    expect([...after.data]).toEqual([...(await pixelsOf(bytes)).data]);
  });

  it.each(["png", "jpeg", "webp"] as const)("reads a %s and answers in kind", async (format) => {
    const bytes = await flat(100, 80, "#0a64c8").toFormat(format).toBuffer();
    const response = await translate("model=invert", bytes, { "content-type": `image/${format}` });
    expect(response.headers.get("content-type")).toBe(`image/${format}`);
    const { data, width, height } = await pixelsOf(response);
    expect([width, height]).toEqual([80, 64]);
    for (const [channel, value] of [245, 155, 55].entries()) {
      expect(Math.abs(data[channel]! - value)).toBeLessThanOrEqual(2);
    }
  });

  it("says what it did in its headers", async () => {
    const response = await translate("model=invert", await flat(SIZE, SIZE, "#ffffff").png().toBuffer());
    const header = (name: string) => response.headers.get(name);
    expect(header("x-model")).toBe("invert");
    expect(header("x-model-version")).toBe("v2");
    // Red is 1 everywhere, two standard deviations from the mean.
    expect(header("x-domain-score")).toBe("2.000");
    expect(header("x-request-id")).toMatch(/^[\w-]{36}$/);
    expect(header("server-timing")).toMatch(
      /^cache;dur=[\d.]+;desc=miss, decode;dur=[\d.]+, fit;dur=[\d.]+, infer;dur=[\d.]+, encode;dur=[\d.]+$/,
    );
    expect(header("etag")).toMatch(/^"[0-9a-f]{32}"$/);
    expect(header("cache-control")).toBe("private, no-store");
  });

  it("keeps the caller's request id and the tag of equal answers", async () => {
    const bytes = await flat(SIZE, SIZE, "#123456").png().toBuffer();
    const headers = { "content-type": "image/png", "x-request-id": "mine-0001" };
    const [first, second] = [
      await translate("model=invert", bytes, headers),
      await translate("model=invert", bytes),
    ];
    expect(first.headers.get("x-request-id")).toBe("mine-0001");
    expect(first.headers.get("etag")).toBe(second.headers.get("etag"));
  });

  it("serves a version that is asked for", async () => {
    const bytes = await flat(SIZE, SIZE, "#123456").png().toBuffer();
    expect((await translate("model=invert&version=v1", bytes)).headers.get("x-model-version")).toBe("v1");
  });

  it("answers JSON with the image inside", async () => {
    const bytes = await flat(SIZE, SIZE, "#ffffff").png().toBuffer();
    const response = await translate("model=invert&format=webp", bytes, {
      "content-type": "image/png",
      accept: "application/json",
    });
    const answer = translateResponseSchema.parse(await response.json());
    expect(answer).toMatchObject({
      model: "invert",
      version: "v2",
      requestId: response.headers.get("x-request-id"),
      domainScore: 2,
      contentType: "image/webp",
      width: SIZE,
      height: SIZE,
    });
    const { data } = await pixelsOf(Buffer.from(answer.image, "base64"));
    expect(data[0]).toBeLessThan(3);
  });

  it("lets quality decide the size of a JPEG", async () => {
    const bytes = await photo(SIZE, SIZE).png().toBuffer();
    const sizes = [];
    for (const quality of [5, 50, 95]) {
      const response = await translate(`model=invert&format=jpeg&quality=${quality}`, bytes);
      sizes.push((await response.arrayBuffer()).byteLength);
    }
    expect(sizes).toEqual(sizes.toSorted((left, right) => left - right));
    expect(new Set(sizes).size).toBe(3);
  });

  it("fits to the size asked for", async () => {
    const { width, height } = await pixelsOf(
      await translate("model=invert&size=96", await photo(300, 200).png().toBuffer()),
    );
    expect([width, height]).toEqual([144, 96]);
  });

  it("takes the image part of a form", async () => {
    const form = new FormData();
    form.set(
      "image",
      new File([new Uint8Array(await flat(SIZE, SIZE, "#000000").webp().toBuffer())], "black.webp"),
    );
    const response = await fetch(`${server.url}/translate?model=invert&format=png`, {
      method: "POST",
      body: form,
    });
    expect((await pixelsOf(response)).data[0]).toBeGreaterThan(252);
  });

  it("takes a body sent in chunks", async () => {
    const bytes = await flat(SIZE, SIZE, "#000000").png().toBuffer();
    const body = ReadableStream.from([
      new Uint8Array(bytes.subarray(0, 50)),
      new Uint8Array(bytes.subarray(50)),
    ]);
    const response = await fetch(`${server.url}/translate?model=invert`, {
      method: "POST",
      headers: { "content-type": "image/png" },
      body,
      duplex: "half",
    } as unknown as RequestInit);
    expect(response.status).toBe(200);
  });

  it("believes the bytes, not the declared type", async () => {
    const response = await translate("model=invert", await flat(SIZE, SIZE, "#000000").jpeg().toBuffer());
    expect(response.headers.get("content-type")).toBe("image/jpeg");
  });

  describe("unusual pictures", () => {
    it("enlarges 1×1", async () => {
      const { data, width, height } = await pixelsOf(
        await translate("model=invert", await flat(1, 1, "#ff0000").png().toBuffer()),
      );
      expect([width, height, ...data.subarray(0, 4)]).toEqual([SIZE, SIZE, 0, 255, 255, 255]);
    });

    it("reads greyscale as grey", async () => {
      for (const format of ["png", "jpeg"] as const) {
        const bytes = await flat(SIZE, SIZE, "#646464").toColourspace("b-w").toFormat(format).toBuffer();
        const { data } = await pixelsOf(await translate("model=invert&format=png", bytes));
        expect([...data.subarray(0, 4)]).toEqual([155, 155, 155, 255]);
      }
    });

    it("reads 16-bit, palette, one-bit and interlaced PNGs", async () => {
      const colour = flat(SIZE, SIZE, "#0a64c8");
      for (const bytes of [
        await colour.clone().toColourspace("rgb16").png().toBuffer(),
        await colour.clone().png({ palette: true }).toBuffer(),
        await colour.clone().png({ progressive: true }).toBuffer(),
      ]) {
        const { data } = await pixelsOf(await translate("model=invert", bytes));
        expect([...data.subarray(0, 4)]).toEqual([245, 155, 55, 255]);
      }
      const bit = await flat(SIZE, SIZE, "#ffffff")
        .png({ palette: true, colours: 2, bitdepth: 1 } as object)
        .toBuffer();
      expect([...(await pixelsOf(await translate("model=invert", bit))).data.subarray(0, 3)]).toEqual([
        0, 0, 0,
      ]);
    });

    it("keeps the opacity of PNG and WebP and lays JPEGs on white", async () => {
      const half = sharp({
        create: { width: SIZE, height: SIZE, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0.5 } },
      });
      for (const format of ["png", "webp"] as const) {
        const bytes = await half.clone().toFormat(format, { lossless: true }).toBuffer();
        const png = await pixelsOf(await translate("model=identity&format=png", bytes));
        expect([...png.data.subarray(0, 4)]).toEqual([127, 127, 127, 128]);
        const webp = await pixelsOf(await translate("model=identity&format=webp", bytes));
        expect(webp.data[3]).toBe(128);
        const jpeg = await pixelsOf(await translate("model=identity&format=jpeg", bytes));
        expect([Math.round(jpeg.data[0]! / 4), jpeg.data[3]]).toEqual([32, 255]);
      }
    });

    it.each([1, 2, 3, 4, 5, 6, 7, 8])("shows EXIF orientation %i upright", async (orientation) => {
      const input = photo(SIZE * 2, SIZE).withMetadata({ orientation });
      for (const format of ["jpeg", "png"] as const) {
        const bytes = await input.clone().toFormat(format, { quality: 100 }).toBuffer();
        const upright = await pixelsOf(await sharp(bytes).autoOrient().png().toBuffer());
        const after = await pixelsOf(await translate("model=identity&format=png", bytes));
        expect([after.width, after.height]).toEqual([upright.width, upright.height]);
        const worst = after.data.reduce(
          (most, value, index) => Math.max(most, Math.abs(value - upright.data[index]!)),
          0,
        );
        expect(worst).toBeLessThanOrEqual(format === "png" ? 0 : 6);
      }
    });
  });

  it("answers many requests at once, each with its own picture", async () => {
    const greys = Array.from({ length: 12 }, (_, index) => index * 20);
    const answers = await Promise.all(
      greys.map(async (grey) => {
        const colour = { r: grey, g: grey, b: grey };
        const image = sharp({ create: { width: 200, height: 200, channels: 3, background: colour } });
        const response = await translate("model=invert", await image.png().toBuffer());
        return (await pixelsOf(response)).data[0];
      }),
    );
    expect(answers).toEqual(greys.map((grey) => 255 - grey));
  });

  it("goes on after callers that hang up", async () => {
    const bytes = await photo(1_500, 1_500).png({ compressionLevel: 1 }).toBuffer();
    const hangUps = Array.from({ length: 6 }, async (_, index) => {
      const signal = AbortSignal.timeout(5 + index * 15);
      const init = { method: "POST", headers: { "content-type": "image/png" }, body: bytes, signal };
      await fetch(`${server.url}/translate?model=identity`, init).then(
        (response) => response.arrayBuffer(),
        () => {},
      );
    });
    await Promise.allSettled(hangUps);
    const response = await translate("model=identity", await flat(SIZE, SIZE, "#808080").png().toBuffer());
    expect(response.status).toBe(200);
  });
});
