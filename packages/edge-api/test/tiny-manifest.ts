import { type Manifest, manifestSchema } from "@unpaired/core/contracts";

const file = { key: `blobs/sha256/${"0".repeat(64)}`, bytes: 1, sha256: "0".repeat(64) };

/** A manifest of the model "model" whose files are nowhere. */
export function tinyManifest(version: string): Manifest {
  return manifestSchema.parse({
    schemaVersion: 1,
    id: "model",
    version,
    createdAt: "2026-11-01T12:00:00Z",
    method: "cyclegan",
    domains: { from: "a", to: "b" },
    input: { sizePixels: 32, multipleOf: 4, channels: 3 },
    files: { model: file, weights: [file] },
    quantization: "float32",
    parameters: 1,
    multiplyAdds: 1,
    training: { backend: "none", steps: 0, dataSet: "none", seed: 0 },
    metrics: {},
    domainStatistics: [],
  });
}
