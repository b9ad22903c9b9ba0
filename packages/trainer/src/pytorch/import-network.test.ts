import {
  createRandom,
  initializeWeights,
  mobileResnetGenerator,
  type NetworkSpec,
  patchDiscriminator,
  pixelDiscriminator,
  resnetGenerator,
  subMobileResnetGenerator,
  unetGenerator,
  type Weights,
} from "@unpaired/core";
import { describe, expect, test } from "vitest";
import { exportNetwork, referenceStateDict } from "./export-network.ts";
import { fitNetwork, type ImportNetworkOptions } from "./import-network.ts";
import { readStateDict } from "./state-dict.ts";
import { memoryFile } from "./testing/memory-file.ts";
import { type SavedTensor, writeCheckpoint } from "./write-checkpoint.ts";

function randomWeights(spec: NetworkSpec): Weights {
  const random = createRandom(2);
  const weights = initializeWeights(spec, { random });
  return new Map(
    [...weights].map(([name, { shape, data }]) => [name, { shape, data: data.map(() => random.uniform()) }]),
  );
}

async function take(bytes: Uint8Array, options: ImportNetworkOptions = {}) {
  return fitNetwork(await readStateDict(memoryFile(bytes), "file.pth"), options);
}

const widths = { stem: 3, down1: 6, down2: 10, blocks: [8, 12], up1: 5, up2: 4 };
const specs: NetworkSpec[] = [
  ...(["instance", "batch", "none"] as const).flatMap((norm) => [
    resnetGenerator({ filters: 2, blocks: 2, norm }),
    resnetGenerator({ filters: 4, blocks: 1, norm, dropout: 0.5, inputChannels: 1 }),
    subMobileResnetGenerator({ widths, norm, outputChannels: 1 }),
    unetGenerator({ filters: 2, depth: 5, norm, inputChannels: 1 }),
    unetGenerator({ filters: 2, depth: 7, norm }),
    patchDiscriminator({ filters: 2, layers: 1, norm }),
    patchDiscriminator({ filters: 3, layers: 5, norm, inputChannels: 6 }),
    pixelDiscriminator({ filters: 2, norm, inputChannels: 4 }),
  ]),
  mobileResnetGenerator({ filters: 2, blocks: 9 }),
];

describe("a network goes out and comes in the same", () => {
  test.each(specs.map((spec) => [`${spec.name}, ${spec.nodes.length} nodes`, spec] as const))(
    "%s",
    async (_, spec) => {
      const weights = randomWeights(spec);
      const found = await take(await exportNetwork({ spec, weights }));
      expect(found.spec).toEqual(spec);
      expect(found.weights).toEqual(weights);
    },
  );
});

describe("what does not fit is named with its shapes", () => {
  const spec = resnetGenerator({ filters: 2, blocks: 1 });
  const changed = async (change: (tensors: Map<string, SavedTensor>) => void) => {
    const tensors = referenceStateDict({ spec, weights: randomWeights(spec) });
    change(tensors);
    return take(await writeCheckpoint(tensors));
  };
  const floats = (...shape: number[]) => ({
    shape,
    data: new Float32Array(shape.reduce((product, side) => product * side, 1)),
  });

  test("a missing tensor", async () => {
    await expect(changed((tensors) => tensors.delete("model.18.bias"))).rejects.toMatchObject({
      code: "tensor_mismatch",
      message:
        'file.pth does not fit resnet-1blocks-2filters: tensor "model.18.bias" should be [3] and is missing.',
    });
  });

  test("a tensor of another shape", async () => {
    const wrong = changed((tensors) => tensors.set("model.10.conv_block.5.weight", floats(8, 8, 1, 1)));
    await expect(wrong).rejects.toThrow(
      /"model\.10\.conv_block\.5\.weight" should be \[8,8,3,3\] and is \[8,8,1,1\]/,
    );
  });

  test("a left-out bias of another shape", async () => {
    await expect(changed((tensors) => tensors.set("model.1.bias", floats(7)))).rejects.toThrow(
      /"model\.1\.bias" should be \[2\] and is \[7\]/,
    );
  });

  test("a tensor nothing needs", async () => {
    await expect(changed((tensors) => tensors.set("model.99.weight", floats(1, 2)))).rejects.toThrow(
      /"model\.99\.weight" of shape \[1,2\] that resnet-1blocks-2filters has no place for/,
    );
  });

  test("values that are not finite", async () => {
    const broken = changed((tensors) => {
      tensors.get("model.1.weight")!.data[3] = Number.NaN;
    });
    await expect(broken).rejects.toThrow(/"model\.1\.weight" that are not finite/);
  });

  test("channels no picture has", async () => {
    await expect(changed((tensors) => tensors.set("model.1.weight", floats(2, 5, 7, 7)))).rejects.toThrow(
      /5 image channels in "model\.1\.weight" \(\[2,5,7,7\]\)/,
    );
  });

  test("an odd width, of which no builder makes a network", async () => {
    await expect(
      changed((tensors) => tensors.set("model.1.weight", floats(3, 3, 7, 7))),
    ).rejects.toMatchObject({
      code: "unknown_network",
      message: expect.stringMatching(/filters is 3/),
    });
  });

  test("another network altogether", async () => {
    const other = new Map([["features.0.weight", floats(4, 3, 3, 3)]]);
    await expect(take(await writeCheckpoint(other))).rejects.toMatchObject({
      code: "unknown_network",
      message: expect.stringMatching(/ResNet, mobile ResNet and U-Net generators.*"features\.0\.weight"/),
    });
  });
});

test("DataParallel's prefix and old instance norms' statistics are left out", async () => {
  const spec = resnetGenerator({ filters: 2, blocks: 1 });
  const weights = randomWeights(spec);
  const tensors = referenceStateDict({ spec, weights });
  for (const [norm, channels] of [["model.2", 2] as const, ["model.10.conv_block.6", 8] as const]) {
    tensors.set(`${norm}.running_mean`, { shape: [channels], data: new Float32Array(channels).fill(5) });
    tensors.set(`${norm}.running_var`, { shape: [channels], data: new Float32Array(channels).fill(5) });
    tensors.set(`${norm}.num_batches_tracked`, { shape: [], data: BigInt64Array.of(3n) });
  }
  const prefixed = new Map([...tensors].map(([name, tensor]) => [`module.${name}`, tensor]));
  expect((await take(await writeCheckpoint(prefixed))).weights).toEqual(weights);
});

test("the reference has no network that enlarges by nearest neighbours", async () => {
  const spec = resnetGenerator({ filters: 2, blocks: 1, upsampling: "resize" });
  await expect(exportNetwork({ spec, weights: randomWeights(spec) })).rejects.toMatchObject({
    code: "unknown_network",
    message: expect.stringMatching(/nearest neighbours.*--upsampling transposed.*onnx/),
  });
});

test("a configuration of GAN Compression's first release fits the networks of that release", async () => {
  const legacy = { stem: 2, down1: 4, down2: 16, blocks: [8, 16, 16, 12], up1: 4, up2: 2 };
  const spec = subMobileResnetGenerator({ widths: legacy });
  const file = await exportNetwork({ spec, weights: randomWeights(spec) });
  expect((await take(file, { channelConfiguration: "2_2_4_2_3_4_2_2" })).spec).toEqual(spec);
  await expect(take(file, { channelConfiguration: "2_2_4_2_2_4_2_2" })).rejects.toThrow(
    /"model\.11\.conv_block\.1\.conv\.2\.weight" should make 8 channels and makes 16/,
  );
});
