import type { Manifest } from "../wire.ts";

/** A manifest as the API answers it. */
export const manifest: Manifest = {
  schemaVersion: 1,
  id: "summer2winter",
  version: "v1",
  createdAt: "2026-11-23T12:00:00Z",
  method: "cyclegan",
  domains: { from: "summer", to: "winter" },
  input: { sizePixels: 64, multipleOf: 4, channels: 3 },
  files: {
    model: { key: `blobs/sha256/${"a".repeat(64)}`, bytes: 10, sha256: "a".repeat(64) },
    weights: [{ key: `blobs/sha256/${"b".repeat(64)}`, bytes: 20, sha256: "b".repeat(64) }],
  },
  quantization: "uint8",
  parameters: 1000,
  multiplyAdds: 1_000_000,
  training: { backend: "wasm", steps: 10, dataSet: "seasons", seed: 1 },
  metrics: { l1: 0.1 },
  domainStatistics: [],
};
