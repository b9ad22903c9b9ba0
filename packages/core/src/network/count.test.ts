import { expect, test } from "vitest";
import { patchDiscriminator } from "../builders/patch-discriminator.ts";
import { pixelDiscriminator } from "../builders/pixel-discriminator.ts";
import { mobileResnetGenerator, resnetGenerator } from "../builders/resnet-generator.ts";
import { unetGenerator } from "../builders/unet-generator.ts";
import { countMultiplyAdds, countParameters } from "./count.ts";
import { inferShapes } from "./shapes.ts";
import { summarize } from "./summary.ts";

const at256 = { height: 256, width: 256 };

test("the paper's generator has the published size", () => {
  const spec = resnetGenerator({ filters: 64, blocks: 9 });
  // The reference counts 11.378 M with the biases that instance norm cancels; we leave those 5,248 out.
  expect(countParameters(spec) + 5_248).toBe(11_378_179);
  expect(countMultiplyAdds(spec, at256) / 1e9).toBeCloseTo(49.55, 1);
});

test("the mobile generator has the published size", () => {
  const spec = mobileResnetGenerator({ filters: 16, blocks: 9 });
  expect(countParameters(spec) / 1e6).toBeCloseTo(0.137, 2);
  expect(countMultiplyAdds(spec, at256) / 1e9).toBeCloseTo(0.955, 2);
});

test("the 70×70 PatchGAN answers 30×30 logits for 256×256 pixels", () => {
  const spec = patchDiscriminator();
  expect(inferShapes(spec, at256).get(spec.output)).toEqual({ height: 30, width: 30, channels: 1 });
  // 2,764,737 in the reference, less the 896 biases in front of a norm.
  expect(countParameters(spec)).toBe(2_764_737 - 896);
});

test("pix2pix's networks have the reference's sizes", () => {
  expect(countParameters(unetGenerator({ depth: 8 })) / 1e6).toBeCloseTo(54.414, 3);
  expect(countParameters(unetGenerator({ depth: 7 })) / 1e6).toBeCloseTo(41.829, 3);
  expect(countParameters(patchDiscriminator({ inputChannels: 6, norm: "batch" })) / 1e6).toBeCloseTo(
    2.769,
    3,
  );
  expect(countParameters(pixelDiscriminator({ norm: "batch" }))).toBe(3 * 64 + 64 + 64 * 128 + 2 * 128 + 128);
});

test("a summary ends in the totals", () => {
  const text = summarize(resnetGenerator({ filters: 16, blocks: 9 }), at256);
  expect(text).toMatch(/block9\/conv2 +conv 3×3 stride 1 reflect 1 +64×64×64/);
  expect(text).toMatch(/parameters, 3\.3\d+ G multiply-adds$/);
});
