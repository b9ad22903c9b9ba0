import { mobileResnetGenerator } from "@unpaired/core";
import { describe, expect, it } from "vitest";
import { publish, someWeights } from "../src/testing/models.ts";
import { publishedWeights } from "./published-weights.ts";

const spec = mobileResnetGenerator({ filters: 4, blocks: 1 });
const original = someWeights(spec);

describe("publishedWeights", () => {
  it.each(["float32", "float16", "uint16", "uint8"] as const)(
    "reads every weight stored as %s",
    (quantization) => {
      const steps = { float32: 0, float16: 2 ** -10, uint16: 2 ** -16, uint8: 2 ** -8 };
      const read = publishedWeights(publish(spec, { quantization }));
      for (const [name, { shape, data }] of original) {
        const found = read.get(name)!;
        expect(found.shape).toEqual(shape);
        const range = Math.max(...data) - Math.min(...data);
        for (const [index, value] of data.entries()) {
          expect(Math.abs(found.data[index]! - value)).toBeLessThanOrEqual(
            steps[quantization] * Math.max(1, range),
          );
        }
      }
    },
  );
});
