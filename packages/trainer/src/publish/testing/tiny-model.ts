import { manifestSchema, registryKeys } from "@unpaired/core/contracts";
import type { ManifestFacts, UnpublishedModel } from "../write-to-registry.ts";

/** A model of two small weight files, to publish. @param seed what its weights are made of */
export function tinyModel(id: string, version: string, seed = 1): UnpublishedModel {
  const facts: ManifestFacts = {
    id,
    version,
    createdAt: "2026-01-02T03:04:05.006Z",
    method: "cyclegan",
    domains: { from: "summer", to: "winter" },
    input: { sizePixels: 64, multipleOf: 4, channels: 3 },
    quantization: "uint8",
    parameters: 10,
    multiplyAdds: 20,
    training: { backend: "wasm", steps: 3, dataSet: "seasons", seed: 1 },
    metrics: { psnrQuantized: 41.234 },
    domainStatistics: [],
  };
  const weights = [new Uint8Array(3000).fill(seed), Uint8Array.of(seed, 4)];
  return { facts, files: { model: new TextEncoder().encode(`{"made of":${seed}}`), weights } };
}

/**
 * What a reader of a bucket gets: for each model the version its pointer names, once every file of it has been checked.
 *
 * @throws Error when a pointer leads to anything that is not whole
 */
export function readAsWorker(
  objects: ReadonlyMap<string, Uint8Array>,
  sha256: (bytes: Uint8Array) => string,
): Record<string, string> {
  const read = (key: string) => {
    const bytes = objects.get(key);
    if (!bytes) throw new Error(`${key} is missing`);
    return bytes;
  };
  const json = (key: string): unknown => JSON.parse(new TextDecoder().decode(read(key)));
  const models: Record<string, string> = {};
  for (const key of objects.keys()) {
    const id = /^models\/([^/]+)\/latest\.json$/.exec(key)?.[1];
    if (id === undefined) continue;
    const { version } = json(key) as { version: string };
    const { files } = manifestSchema.parse(json(registryKeys.manifest(id, version)));
    for (const file of [files.model, ...files.weights]) {
      const bytes = read(file.key);
      if (bytes.length !== file.bytes || sha256(bytes) !== file.sha256)
        throw new Error(`${file.key} is damaged`);
    }
    models[id] = version;
  }
  return models;
}
