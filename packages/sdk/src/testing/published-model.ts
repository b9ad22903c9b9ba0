import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createRandom, initializeWeights, mobileResnetGenerator, toGraphModel } from "@unpaired/core";
import { manifestSchema, type PublishedFile, registryKeys } from "@unpaired/core/contracts";
import type { PublishedModel } from "../local/published-model.ts";

/** A small generator with reproducible weights, as publishing writes it. */
export function smallModel({ channels = 3 as 1 | 3, sizePixels = 32 } = {}): PublishedModel {
  const spec = mobileResnetGenerator({
    filters: 8,
    blocks: 1,
    inputChannels: channels,
    outputChannels: channels,
  });
  const random = createRandom(7);
  const weights = initializeWeights(spec, { random, gain: 0.2 });
  const files = toGraphModel(spec, weights, { quantization: "uint8" });
  const published = (bytes: Uint8Array): PublishedFile => {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { key: registryKeys.blob(sha256), bytes: bytes.length, sha256 };
  };
  const feature = (name: string) => ({ name, mean: 0, standardDeviation: 0.5 });
  const manifest = manifestSchema.parse({
    schemaVersion: 1,
    id: "summer2winter",
    version: "v1",
    createdAt: "2026-11-01T12:00:00Z",
    method: "cyclegan",
    domains: { from: "summer", to: "winter" },
    input: { sizePixels, multipleOf: spec.multipleOf, channels },
    files: { model: published(files.model), weights: files.weights.map(published) },
    quantization: "uint8",
    parameters: 1,
    multiplyAdds: 1,
    training: { backend: "none", steps: 0, dataSet: "none", seed: 7 },
    metrics: {},
    domainStatistics: ["redMean", "greenMean", "blueDeviation"].map(feature),
  });
  return { manifest, files };
}

/** Every key of a registry that holds this model alone, with its bytes. */
export function registryFiles({ manifest, files }: PublishedModel): Map<string, Uint8Array> {
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const { id, version } = manifest;
  return new Map([
    ...manifest.files.weights.map(({ key }, index) => [key, files.weights[index]!] as const),
    [manifest.files.model.key, files.model],
    [registryKeys.manifest(id, version), json(manifest)],
    [registryKeys.latest(id), json({ version })],
  ]);
}

/** Writes the registry into a folder. */
export async function writeRegistry(folder: string, model: PublishedModel): Promise<void> {
  for (const [key, bytes] of registryFiles(model)) {
    const path = join(folder, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
}
