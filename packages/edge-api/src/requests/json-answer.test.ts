import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonAnswer } from "./json-answer.ts";

const facts = {
  model: "summer2winter",
  version: 'v"1"',
  requestId: "request-1",
  domainScore: null,
  contentType: "image/png",
  width: 3,
  height: 2,
} as const;

it("is the JSON document with the image as base64, whatever its length", async () => {
  const lengths = fc.oneof(fc.nat(80), fc.constantFrom(24_575, 24_576, 24_577, 49_152, 100_000));
  await fc.assert(
    fc.asyncProperty(lengths, async (length) => {
      const image = Uint8Array.from({ length }, (_, index) => (index * 31) % 256);
      const answer = JSON.parse(await new Response(jsonAnswer(facts, image)).text());
      expect(answer).toEqual({ ...facts, image: Buffer.from(image).toString("base64") });
    }),
    { numRuns: 40, seed: 1 },
  );
});

it("makes no more of it than is asked for", async () => {
  const reader = jsonAnswer(facts, new Uint8Array(4_000_000)).getReader();
  for (let chunk = 0; chunk < 3; chunk++) {
    const { value } = await reader.read();
    expect(value!.length).toBeLessThan(40_000);
  }
  await reader.cancel();
});
