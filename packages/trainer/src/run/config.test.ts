import { expect, test } from "vitest";
import { methodNames } from "../methods/method-names.ts";
import { resolveConfig } from "./config.ts";

const data = { name: "x", directoryA: "/a", directoryB: "/b" };

test("what is left out is the reference's default", () => {
  expect(resolveConfig({ data })).toMatchObject({
    data: { loadSizePixels: 286, cropSizePixels: 256, flip: true, batchSize: 1 },
    generator: { kind: "resnet", filters: 64, blocks: 9, upsampling: "transposed" },
    discriminator: { filters: 64, layers: 3 },
    loss: { ganMode: "lsgan", cycleWeightA: 10, cycleWeightB: 10, identityWeight: 0.5 },
    optimizer: { learningRate: 2e-4, beta1: 0.5, beta2: 0.999 },
    schedule: { policy: "linear", constantEpochs: 100, decayEpochs: 100 },
    poolSize: 50,
  });
});

test("pix2pix has the reference's own defaults, which a setting overrides", () => {
  const pairs = { name: "x", directory: "/pairs" };
  expect(resolveConfig({ method: "pix2pix", data: pairs })).toMatchObject({
    data: { mode: "aligned" },
    norm: "batch",
    generator: { kind: "unet", depth: 8, dropout: 0.5 },
    loss: { ganMode: "vanilla", l1Weight: 100 },
    poolSize: 0,
  });
  const { norm, generator } = resolveConfig({
    method: "pix2pix",
    data: pairs,
    norm: "instance",
    generator: { kind: "resnet" },
  });
  expect([norm, generator.kind, generator.dropout]).toEqual(["instance", "resnet", 0.5]);
});

test("CUT and FastCUT have their reference's own defaults", () => {
  expect(resolveConfig({ method: "cut", data })).toMatchObject({
    init: { kind: "xavier", gain: 0.02 },
    loss: { ganMode: "lsgan" },
    contrast: {
      weight: 1,
      identity: true,
      flipEquivariance: false,
      patches: 256,
      temperature: 0.07,
      projectorWidth: 256,
    },
    schedule: { constantEpochs: 200, decayEpochs: 200 },
    poolSize: 0,
  });
  expect(resolveConfig({ method: "fastcut", data })).toMatchObject({
    contrast: { weight: 10, identity: false, flipEquivariance: true },
    schedule: { constantEpochs: 150, decayEpochs: 50 },
  });
});

test("the paper's ablations leave out the identity loss, unless it is asked for", () => {
  const identityWeight = (loss: object) => resolveConfig({ data, loss }).loss.identityWeight;
  expect(identityWeight({ objective: "gan-forward" })).toBe(0);
  expect(identityWeight({ objective: "gan-forward", identityWeight: 0.2 })).toBe(0.2);
  expect(identityWeight({ objective: "full" })).toBe(0.5);
});

test("a resolved configuration resolves to itself", () => {
  for (const method of methodNames) {
    const features = method === "feature-gan" ? { directory: "/vgg" } : {};
    const config = resolveConfig({ method, features, data: { ...data, mode: "aligned" } });
    expect(resolveConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
  }
});

test.each([
  [{}, /data/],
  [{ data, optimizer: { learningRate: -1 } }, /optimizer\.learningRate/],
  [{ data, generator: { filters: 7 } }, /generator\.filters/],
  [{ data, surprise: 1 }, /surprise/],
  [
    { data: { ...data, cropSizePixels: 300 } },
    /data.cropSizePixels is not usable: it is 300, larger than data\.loadSizePixels \(286\)/,
  ],
  [{ data: { ...data, cropSizePixels: 66 } }, /cropSizePixels is 66.*multiple of 4/],
  [{ data, generator: { kind: "unet", depth: 9 } }, /cropSizePixels is 256.*multiple of 512/],
  [{ data: { name: "x", directoryA: "/a" } }, /data\.directoryB.*name a folder/],
  [{ data: { ...data, directory: "/pairs" } }, /data\.directory .*unaligned/],
  [{ data: { ...data, mode: "aligned", directory: "/pairs" } }, /either a folder of side-by-side pairs/],
  [{ data: { ...data, preprocess: "none", batchSize: 2 } }, /data\.batchSize.*need batchSize 1/],
  [{ method: "pix2pix", data: { ...data, mode: "unaligned" } }, /pix2pix needs pairs/],
  [{ data: { ...data, channelsB: 1 } }, /identityWeight is 0\.5.*set it to 0/],
  [{ data, method: "cyclagan" }, /method/],
  [{ data, loss: { objective: "cycle" } }, /loss\.objective/],
  [{ data: { ...data, channelsB: 1 }, method: "simgan" }, /channelsA is 3 and data\.channelsB 1/],
  [{ data: { ...data, channelsA: 1 }, method: "cut" }, /channelsA is 1 and data\.channelsB 3/],
  [{ data, method: "fastcut", generator: { kind: "unet" } }, /generator\.kind is unet.*fastcut/],
  [{ data, method: "feature-gan" }, /features\.directory names no network/],
  [{ data, features: { directory: "/vgg" } }, /cyclegan reads no features/],
  [{ data: { ...data, cropSizePixels: 16 }, method: "cogan" }, /cropSizePixels is 16.*power of two from 32/],
  [{ data: { ...data, cropSizePixels: 96 }, method: "cogan" }, /cropSizePixels is 96.*power of two/],
  [
    { data: { ...data, preprocess: "scale_width", batchSize: 1 }, method: "cogan" },
    /preprocess is scale_width/,
  ],
  [{ data, method: "cogan", schedule: { policy: "plateau" } }, /policy is plateau/],
  [{ data, contrast: { temperature: 0 } }, /contrast\.temperature/],
  [{ data, method: "bigan", schedule: { policy: "plateau" } }, /policy is plateau.*adversarial/],
  [{ data, loss: { objective: "gan-alone" }, schedule: { policy: "plateau" } }, /policy is plateau/],
  [{ data, domains: { A: "Über", B: "b" } }, /domains\.A/],
])("%o is refused by the setting's name", (input, message) => {
  expect(() => resolveConfig(input)).toThrow(
    expect.objectContaining({ code: "invalid_config", message: expect.stringMatching(message) }),
  );
});
