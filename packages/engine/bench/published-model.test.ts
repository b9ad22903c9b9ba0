import { mobileResnetGenerator, resnetGenerator, unetGenerator } from "@unpaired/core";
import { describe, expect, it } from "vitest";
import { publish } from "../src/testing/models.ts";
import { findNetwork } from "./published-model.ts";
import { publishedWeights } from "./published-weights.ts";

describe("findNetwork", () => {
  it.each([
    resnetGenerator({ filters: 4, blocks: 2 }),
    resnetGenerator({ filters: 6, blocks: 3, upsampling: "resize" }),
    mobileResnetGenerator({ filters: 8, blocks: 1 }),
  ])("finds the network that was published ($name)", (spec) => {
    expect(findNetwork(publishedWeights(publish(spec, { quantization: "uint8" })))).toEqual(spec);
  });

  it("finds nothing for another network", () => {
    expect(findNetwork(publishedWeights(publish(unetGenerator({ depth: 5, filters: 4 }))))).toBeUndefined();
  });
});
