import { afterAll, expect, test } from "vitest";
import { UnpairedError } from "../errors.ts";
import { createClient, imageAnswer, problemAnswer, useApiServer } from "../testing/api-server.ts";
import { images } from "../testing/images.ts";
import { smallModel } from "../testing/published-model.ts";
import { loadModel } from "./node.ts";
import { preferring } from "./preferring.ts";

const { serve } = useApiServer();
const model = await loadModel(smallModel());
afterAll(() => model.dispose());

const edgeAnswer = () => imageAnswer({ headers: { "x-request-id": "edge" } });
const placeOf = ({ requestId }: { requestId: string | undefined }) =>
  requestId === "edge" ? "edge" : "local";

/** A clock under which the local model and the service take these milliseconds. */
function pair(takesMs: { local: number; edge: number }) {
  let timeMs = 0;
  const { client } = createClient({
    maxRetries: 0,
    middleware: [
      (request, next) => {
        timeMs += takesMs.edge;
        return next(request);
      },
    ],
  });
  const slowed = Object.create(model, {
    manifest: { value: model.manifest },
    translate: {
      value: (...parameters: Parameters<typeof model.translate>) => {
        timeMs += takesMs.local;
        return model.translate(...parameters);
      },
    },
  });
  return preferring(client, slowed, { nowMs: () => timeMs });
}

test("local and edge are taken at their word, and the edge is asked for the same version", async () => {
  const received = serve("/translate", edgeAnswer);
  const both = pair({ local: 1, edge: 1 });
  expect(placeOf(await both.translate(images.png, { prefer: "local" }))).toBe("local");
  expect(received).toHaveLength(0);
  expect(placeOf(await both.translate(images.png, { prefer: "edge", size: 32 }))).toBe("edge");
  expect(received[0]!.url.search).toBe("?model=summer2winter&version=v1&size=32");
});

test.each([
  ["local", { local: 10, edge: 50 }],
  ["edge", { local: 50, edge: 10 }],
] as const)(
  "after trying both, %s is taken where it is faster, the other measured now and then",
  async (fast, takesMs) => {
    serve("/translate", edgeAnswer);
    const both = pair(takesMs);
    const places: string[] = [];
    for (let index = 0; index < 40; index++) places.push(placeOf(await both.translate(images.png)));
    expect(places.slice(0, 4)).toEqual(["local", "edge", "local", "edge"]);
    expect(places.slice(4).filter((place) => place !== fast)).toHaveLength(1);
    expect(both.measuredMs).toEqual(takesMs);
  },
);

test("a change of speed changes the decision", async () => {
  serve("/translate", edgeAnswer);
  const takesMs = { local: 10, edge: 50 };
  const both = pair(takesMs);
  for (let index = 0; index < 4; index++) await both.translate(images.png);
  takesMs.local = 500;
  const places: string[] = [];
  for (let index = 0; index < 6; index++) places.push(placeOf(await both.translate(images.png)));
  expect(places.at(-1)).toBe("edge");
});

test("one slow image decides nothing, not even the first", async () => {
  serve("/translate", edgeAnswer);
  const takesMs = { local: 900, edge: 50 };
  const both = pair(takesMs);
  await both.translate(images.png);
  takesMs.local = 10;
  for (let index = 0; index < 4; index++) await both.translate(images.png);
  expect(both.measuredMs).toEqual({ local: 10, edge: 50 });
  takesMs.local = 900;
  await both.translate(images.png);
  takesMs.local = 10;
  expect(placeOf(await both.translate(images.png))).toBe("local");
});

test("without a network the device does it, and the edge is left alone for a while", async () => {
  const received = serve("/translate", () => Response.error());
  const both = pair({ local: 50, edge: 10 });
  const stream = new Blob([images.png]).stream();
  expect(placeOf(await both.translate(stream, { prefer: "edge" }))).toBe("local");
  for (let index = 0; index < 5; index++) expect(placeOf(await both.translate(images.png))).toBe("local");
  expect(received).toHaveLength(1);
});

test("what the device cannot do the edge does", async () => {
  serve("/translate", edgeAnswer);
  const cramped = await loadModel(smallModel(), { memoryBudgetBytes: 2 * 2 ** 20 });
  const both = preferring(createClient().client, cramped);
  const image = { width: 1000, height: 1000, data: new Uint8ClampedArray(4_000_000) };
  const failure = await both.translate(image, { prefer: "local", size: 1000 }).catch((error) => error);
  // Node has no canvas to send these pixels with, so the device's own reason is what counts.
  expect(failure).toMatchObject({ code: "memory_budget_exceeded" });
  cramped.dispose();
  expect(placeOf(await both.translate(images.png, { prefer: "local" }))).toBe("edge");
});

test("what would fail alike in both places is not tried twice", async () => {
  const received = serve("/translate", () => problemAnswer("invalid_parameter", 422));
  const both = pair({ local: 1, edge: 1 });
  const error = await both.translate(images.png, { prefer: "edge" }).catch((error) => error);
  expect(UnpairedError.isInstance(error)).toBe(true);
  expect(error.code).toBe("invalid_parameter");
  expect(both.measuredMs).toEqual({});
  await expect(both.translate(new Blob([]), { prefer: "local" })).rejects.toMatchObject({
    code: "empty_image",
  });
  expect(received).toHaveLength(1);
});
