import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type NetworkSpec, toGraphModel, type Weights } from "@unpaired/core";
import {
  type FeatureStatistic,
  type Manifest,
  manifestSchema,
  type PublishedFile,
  type Quantization,
  registryKeys,
} from "@unpaired/core/contracts";

/** A model to publish into a registry directory. */
export interface FixtureModel {
  readonly id: string;
  readonly version: string;
  readonly spec: NetworkSpec;
  readonly weights: Weights;
  readonly sizePixels: number;
  readonly domainStatistics?: readonly FeatureStatistic[];
  readonly quantization?: Quantization;
}

/** Publishes a model the way the contract says: blobs, manifest, pointer. */
export async function publishModel(
  directory: string,
  { id, version, spec, weights, sizePixels, domainStatistics = [], quantization = "float32" }: FixtureModel,
): Promise<Manifest> {
  const { model, weights: shards } = toGraphModel(spec, weights, { quantization });
  const write = async (key: string, bytes: Uint8Array | string) => {
    const path = join(directory, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  };
  const blob = async (bytes: Uint8Array): Promise<PublishedFile> => {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const key = registryKeys.blob(sha256);
    await write(key, bytes);
    return { key, bytes: bytes.length, sha256 };
  };
  const manifest = manifestSchema.parse({
    schemaVersion: 1,
    id,
    version,
    createdAt: "2026-11-01T12:00:00Z",
    method: "cyclegan",
    domains: { from: "summer", to: "winter" },
    input: { sizePixels, multipleOf: spec.multipleOf, channels: spec.inputChannels },
    files: { model: await blob(model), weights: await Promise.all(shards.map(blob)) },
    quantization,
    parameters: 12,
    multiplyAdds: 9 * sizePixels ** 2,
    training: { backend: "none", steps: 0, dataSet: "none", seed: 1 },
    metrics: {},
    domainStatistics,
  });
  await write(registryKeys.manifest(id, version), JSON.stringify(manifest));
  await write(registryKeys.latest(id), JSON.stringify({ version }));
  return manifest;
}

/**
 * A network of one 1×1 convolution: `output = matrix · input + bias`, so that every pixel's answer is known.
 *
 * @param matrix 3×3, output channel by input channel
 */
export function colourNetwork(
  matrix: readonly (readonly number[])[],
  bias: readonly number[] = [0, 0, 0],
  multipleOf = 4,
): { readonly spec: NetworkSpec; readonly weights: Weights } {
  const channels = matrix.length;
  const spec: NetworkSpec = {
    name: "colour",
    inputChannels: channels,
    nodes: [
      {
        op: "conv",
        id: "mix",
        inputs: ["input"],
        filters: channels,
        size: 1,
        stride: 1,
        padding: { mode: "zero", pixels: 0 },
        kernel: "mix/kernel",
        bias: "mix/bias",
      },
    ],
    output: "mix",
    multipleOf,
    minimumSide: 1,
  };
  const kernel = Float32Array.from(
    { length: channels ** 2 },
    (_, index) => matrix[index % channels]![Math.floor(index / channels)]!,
  );
  const weights: Weights = new Map([
    ["mix/kernel", { shape: [1, 1, channels, channels], data: kernel }],
    ["mix/bias", { shape: [channels], data: Float32Array.from(bias) }],
  ]);
  return { spec, weights };
}

/** Turns every colour into its opposite. */
export const invert = colourNetwork([
  [-1, 0, 0],
  [0, -1, 0],
  [0, 0, -1],
]);

/** Gives every colour back. */
export const identity = colourNetwork([
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
]);
