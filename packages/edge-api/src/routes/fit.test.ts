import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { colourNetwork, identity, publishModel } from "../../test/publish-model.ts";
import { type ServedRegistry, serveRegistry } from "../../test/served-registry.ts";

const SIZE = 64;
let server: ServedRegistry;

beforeAll(async () => {
  server = await serveRegistry(async (directory) => {
    const domainStatistics = [{ name: "redMean", mean: 0, standardDeviation: 0.5 }];
    const fixture = { version: "v1", sizePixels: SIZE };
    await publishModel(directory, { id: "identity", ...fixture, ...identity, domainStatistics });
    await publishModel(directory, { id: "unmeasured", ...fixture, ...identity });
    const coarse = colourNetwork(
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      [0, 0, 0],
      32,
    );
    await publishModel(directory, { id: "coarse", version: "v1", ...coarse, sizePixels: 128 });
  });
});
afterAll(() => server.close());

function translate(query: string, body: Uint8Array, headers: Record<string, string> = {}) {
  return fetch(`${server.url}/translate?${query}`, {
    method: "POST",
    headers: { "content-type": "image/png", ...headers },
    body: new Uint8Array(body),
  });
}

async function pixelsOf(image: Response | Uint8Array) {
  if (image instanceof Response) expect(image.status).toBe(200);
  const bytes = image instanceof Response ? new Uint8Array(await image.arrayBuffer()) : image;
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * 4, (y * info.width + x) * 4 + 4),
  ];
  return { data, width: info.width, height: info.height, at };
}

async function refusal(response: Response) {
  const { code, detail } = (await response.json()) as { code: string; detail: string };
  return { status: response.status, code, detail };
}

/** Three upright bands of equal width: red, green, blue. */
function bands(width: number, height: number) {
  const data = new Uint8Array(width * height * 3);
  for (let index = 0; index < width * height; index++) {
    data[index * 3 + Math.floor(((index % width) * 3) / width)] = 255;
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** A smooth picture that differs everywhere. */
function slopes(width: number, height: number, channels: 3 | 4 = 3) {
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const values = [
        (x * 255) / width,
        (y * 255) / height,
        ((x + y) * 255) / (width + height),
        40 + (x * 200) / width,
      ];
      for (let channel = 0; channel < channels; channel++) {
        data[(y * width + x) * channels + channel] = values[channel]!;
      }
    }
  }
  return sharp(data, { raw: { width, height, channels } });
}

const worstDifference = (left: Uint8Array, right: Uint8Array) =>
  left.reduce((most, value, index) => Math.max(most, Math.abs(value - right[index]!)), 0);

describe("fit=", () => {
  it("contain shows all of the picture at its aspect, and is what happens without it", async () => {
    const bytes = await bands(300, 150).png().toBuffer();
    const [asked, unasked] = [
      await pixelsOf(await translate("model=identity&fit=contain", bytes)),
      await pixelsOf(await translate("model=identity", bytes)),
    ];
    expect([asked.width, asked.height]).toEqual([SIZE * 2, SIZE]);
    expect([...asked.data]).toEqual([...unasked.data]);
    expect([asked.at(0, 0), asked.at(127, 63)]).toEqual([
      [255, 0, 0, 255],
      [0, 0, 255, 255],
    ]);
  });

  it("cover shows the square in the middle", async () => {
    const bytes = await bands(300, 100).png().toBuffer();
    const { data, width, height } = await pixelsOf(await translate("model=identity&fit=cover", bytes));
    expect([width, height]).toEqual([SIZE, SIZE]);
    for (let index = 0; index < data.length; index += 4) {
      expect([...data.subarray(index, index + 3)]).toEqual([0, 255, 0]);
    }
  });

  it("stretch squeezes all of it into a square", async () => {
    const bytes = await bands(300, 100).png().toBuffer();
    const { width, height, at } = await pixelsOf(await translate("model=identity&fit=stretch", bytes));
    expect([width, height]).toEqual([SIZE, SIZE]);
    expect([at(5, 30), at(32, 30), at(58, 30)]).toEqual([
      [255, 0, 0, 255],
      [0, 255, 0, 255],
      [0, 0, 255, 255],
    ]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "covers what is upright under EXIF orientation %i",
    async (orientation) => {
      const bytes = await slopes(SIZE + 37, SIZE)
        .withMetadata({ orientation })
        .png()
        .toBuffer();
      const upright = await sharp(bytes).autoOrient().png().toBuffer();
      const [turned, straight] = [
        await pixelsOf(await translate("model=identity&fit=cover", bytes)),
        await pixelsOf(await translate("model=identity&fit=cover", upright)),
      ];
      expect([...turned.data]).toEqual([...straight.data]);
    },
  );
});

describe("keep-size", () => {
  it.each([
    ["contain", 201, 133, 201, 133],
    ["stretch", 133, 201, 133, 201],
    ["cover", 201, 133, 133, 133],
    ["contain", 20, 9, 20, 9],
    ["contain", 900, 700, 900, 700],
  ])("%s gives %i×%i back as %i×%i", async (fit, width, height, keptWidth, keptHeight) => {
    const input = slopes(width, height);
    const kept = await pixelsOf(
      await translate(`model=identity&keep-size&fit=${fit}`, await input.clone().png().toBuffer()),
    );
    expect([kept.width, kept.height]).toEqual([keptWidth, keptHeight]);
    const region = {
      left: (width - keptWidth) >> 1,
      top: (height - keptHeight) >> 1,
      width: keptWidth,
      height: keptHeight,
    };
    const before = await pixelsOf(await input.clone().extract(region).png().toBuffer());
    // Only the outermost pixels have no neighbours to be interpolated from.
    expect(worstDifference(kept.data, before.data)).toBeLessThanOrEqual(14);
  });

  it("is off when it says false, and refuses anything else", async () => {
    const bytes = await slopes(200, 100).png().toBuffer();
    expect((await pixelsOf(await translate("model=identity&keep-size=false", bytes))).width).toBe(SIZE * 2);
    expect((await pixelsOf(await translate("model=identity&keep-size=true", bytes))).width).toBe(200);
    expect(await refusal(await translate("model=identity&keep-size=yes", bytes))).toMatchObject({
      status: 422,
      code: "invalid_parameter",
      detail: expect.stringContaining('"keep-size" is "yes"'),
    });
  });

  it("keeps a picture's opacity", async () => {
    const input = slopes(150, 110, 4);
    const [before, after] = [
      await pixelsOf(await input.clone().png().toBuffer()),
      await pixelsOf(await translate("model=identity&keep-size", await input.clone().png().toBuffer())),
    ];
    const alpha = (data: Uint8Array) => data.filter((_, index) => index % 4 === 3);
    expect(worstDifference(alpha(after.data), alpha(before.data))).toBeLessThanOrEqual(5);
  });

  it("turns a portrait the right way", async () => {
    const bytes = await slopes(120, 80).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer();
    const upright = await pixelsOf(await sharp(bytes).autoOrient().png().toBuffer());
    const kept = await pixelsOf(await translate("model=identity&keep-size&format=png", bytes));
    expect([kept.width, kept.height]).toEqual([80, 120]);
    expect(worstDifference(kept.data, upright.data)).toBeLessThanOrEqual(20);
  });

  it("refuses a result too large to encode before decoding anything, and says what to do", async () => {
    const bytes = await sharp({ create: { width: 1_970, height: 1_950, channels: 3, background: "#888" } })
      .png()
      .toBuffer();
    expect(await refusal(await translate("model=identity&keep-size&format=webp", bytes))).toMatchObject({
      status: 422,
      code: "invalid_parameter",
      detail: expect.stringMatching(/WEBP of 1970×1950 pixels.*format=png/),
    });
    const png = await pixelsOf(await translate("model=identity&keep-size&format=png", bytes));
    expect([png.width, png.height, ...png.at(999, 999)]).toEqual([1_970, 1_950, 136, 136, 136, 255]);
  });
});

describe("size=", () => {
  it.each([32, 160, 512])("takes the model's multiple %i", async (size) => {
    const bytes = await slopes(50, 50).png().toBuffer();
    const { width, height } = await pixelsOf(await translate(`model=coarse&size=${size}`, bytes));
    expect([width, height]).toEqual([size, size]);
  });

  it.each([
    [20, "32"],
    [130, "128 and 160"],
    [1000, "992 and 1024"],
  ])("refuses %i and names the nearest", async (size, nearest) => {
    const bytes = await slopes(50, 50).png().toBuffer();
    expect(await refusal(await translate(`model=coarse&size=${size}`, bytes))).toMatchObject({
      status: 422,
      code: "invalid_parameter",
      detail: expect.stringContaining(`multiples of 32 from 32 to 1024, the nearest being ${nearest}.`),
    });
  });
});

describe("reject-above=", () => {
  const flat = (colour: string) =>
    sharp({ create: { width: SIZE, height: SIZE, channels: 3, background: colour } })
      .png()
      .toBuffer();

  it("refuses what lies further from the domain, and tells how far", async () => {
    const response = await translate("model=identity&reject-above=1.9", await flat("#ffffff"));
    expect(response.headers.get("x-domain-score")).toBe("2.000");
    expect(response.headers.get("x-model-version")).toBe("v1");
    expect(await refusal(response)).toMatchObject({
      status: 422,
      code: "out_of_domain",
      detail: expect.stringMatching(/2\.000.*1\.9.*summer/),
    });
  });

  it("translates what lies nearer, or just as far", async () => {
    expect((await translate("model=identity&reject-above=2", await flat("#ffffff"))).status).toBe(200);
    expect((await translate("model=identity&reject-above=0.1", await flat("#808080"))).status).toBe(200);
  });

  it("cannot be asked of a model without statistics", async () => {
    expect(
      await refusal(await translate("model=unmeasured&reject-above=3", await flat("#fff"))),
    ).toMatchObject({
      status: 422,
      code: "invalid_parameter",
      detail: expect.stringContaining("without statistics"),
    });
  });

  it.each(["0", "-1", "far", "", "Infinity"])("is no %j", async (value) => {
    const response = await translate(`model=identity&reject-above=${value}`, await flat("#fff"));
    expect(await refusal(response)).toMatchObject({ status: 422, code: "invalid_parameter" });
  });
});

describe("if-none-match", () => {
  it("answers 304 to who has the translation of this very image and parameters", async () => {
    const bytes = await slopes(80, 80).png().toBuffer();
    const etag = (await translate("model=identity", bytes)).headers.get("etag")!;
    const again = await translate("model=identity", bytes, { "if-none-match": `"other", ${etag}` });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    expect(again.headers.get("etag")).toBe(etag);
    expect(again.headers.get("server-timing")).toBeNull();

    const others = [
      translate("model=identity&format=webp", bytes, { "if-none-match": etag }),
      translate("model=identity&size=96", bytes, { "if-none-match": etag }),
      translate("model=identity&fit=cover", bytes, { "if-none-match": etag }),
      translate("model=identity&keep-size", bytes, { "if-none-match": etag }),
      translate("model=unmeasured", bytes, { "if-none-match": etag }),
      translate("model=identity", bytes, { "if-none-match": etag, accept: "application/json" }),
      translate("model=identity", await slopes(81, 80).png().toBuffer(), { "if-none-match": etag }),
    ];
    for (const response of await Promise.all(others)) expect(response.status).toBe(200);
  });

  it("gives equal requests equal tags, weak ones for JSON", async () => {
    const bytes = await slopes(80, 80).png().toBuffer();
    const tag = async (query: string, headers = {}) =>
      (await translate(query, bytes, headers)).headers.get("etag");
    expect(await tag("model=identity")).toBe(await tag("fit=contain&model=identity&quality=90&version=v1"));
    const accept = { accept: "application/json" };
    expect(await tag("model=identity", accept)).toMatch(/^W\/"[0-9a-f]{32}"$/);
    expect(await tag("model=identity", accept)).toBe(await tag("model=identity", accept));
  });
});
