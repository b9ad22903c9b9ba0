import { countMultiplyAdds, countParameters, type GraphModelFiles, toGraphModel } from "@unpaired/core";
import { type Manifest, type Quantization, registryKeys } from "@unpaired/core/contracts";
import type { ImageTensor } from "@unpaired/engine";
import { PublishError } from "../errors.ts";
import { asRgbNetwork } from "../models/rgb-network.ts";
import { assertNetworks, modelId, type TrainedModel } from "../models/trained-model.ts";
import { createModelTranslator } from "../translate/model-translator.ts";
import { createFloatTranslator } from "../translate/run-translator.ts";
import { psnr } from "./psnr.ts";
import { MANIFEST_BYTES } from "./read-published.ts";
import type { Registry } from "./registry.ts";
import { versionId } from "./version.ts";
import { type UnpublishedModel, type WriteOptions, writeToRegistry } from "./write-to-registry.ts";

/** Options of publishing, whatever is published. */
export interface PublishTarget extends WriteOptions {
  readonly registry: Registry;
  readonly quantization: Quantization;
  /** tfjs backend the model is verified on; named in the manifest of a run. */
  readonly backend: string;
  readonly now: () => Date;
  /** Source revision to name in the manifest. */
  readonly commit?: string;
}

/** Least agreement, in decibels, of a quantized model with the float one it came from. */
const MINIMUM_PSNR = 30;

/**
 * Publishes every direction of a model, each verified first: the files as the engine runs them against the trained float
 * weights on the model's own probe images. Nothing is written unless every direction passes. Greyscale networks are
 * published reading and writing RGB, as the edge sends pictures.
 *
 * @throws ConfigError `no_network` for a method that translates by a search
 * @throws PublishError `quantization_too_lossy` below {@link MINIMUM_PSNR}; RegistryError, StorageError; the signal's
 * reason when it is aborted
 */
export async function publishModel(model: TrainedModel, target: PublishTarget): Promise<Manifest[]> {
  assertNetworks(model);
  const { registry, quantization, now, commit, signal, onProgress } = target;
  // A bucket that cannot be read is told of before the minutes that verifying may take.
  const key = registryKeys.latest(modelId(model.directions[0]!));
  await registry.read(key, { maxBytes: MANIFEST_BYTES, signal });
  const verified = [];
  for (const direction of model.directions) {
    signal?.throwIfAborted();
    const network = asRgbNetwork(direction);
    const files = toGraphModel(network.spec, network.weights, { quantization });
    const id = modelId(direction);
    const decibels = await agreement(network, files, await direction.readProbes());
    assertAgreement(id, quantization, decibels);
    verified.push({ direction, spec: network.spec, files, id, decibels });
  }
  const models = verified.map(({ direction, spec, files, id, decibels }): UnpublishedModel => {
    const side = model.sizePixels;
    const at = now();
    const facts = {
      id,
      version: versionId(files, at),
      createdAt: at.toISOString(),
      method: model.method,
      domains: { from: direction.from, to: direction.to },
      input: { sizePixels: side, multipleOf: spec.multipleOf, channels: 3 as const },
      quantization,
      parameters: countParameters(spec),
      multiplyAdds: countMultiplyAdds(spec, { height: side, width: side }),
      training: { backend: target.backend, ...model.training, ...(commit !== undefined && { commit }) },
      metrics: { psnrQuantized: Math.min(decibels, 200) },
      domainStatistics: [...direction.domainStatistics],
    };
    return { facts, files };
  });
  return writeToRegistry(registry, models, { signal, onProgress });
}

/** @throws PublishError `quantization_too_lossy` */
export function assertAgreement(id: string, quantization: Quantization, decibels: number): void {
  if (decibels >= MINIMUM_PSNR) return;
  throw new PublishError(
    `${id} was not published: with ${quantization} weights it agrees with the trained model to only ${decibels.toFixed(1)} dB, less than ${MINIMUM_PSNR} dB; publish with --quantization uint16 or float16.`,
    { code: "quantization_too_lossy" },
  );
}

/** PSNR of the probe image that fares worst. */
async function agreement(
  network: Parameters<typeof createFloatTranslator>[0],
  files: GraphModelFiles,
  probes: readonly ImageTensor[],
): Promise<number> {
  const float = createFloatTranslator(network);
  const published = await createModelTranslator(files);
  try {
    let worst = Number.POSITIVE_INFINITY;
    for (const probe of probes) {
      const expected = await float.translate(probe);
      const found = await published.translate(probe);
      worst = Math.min(worst, psnr(expected.data, found.data));
    }
    return worst;
  } finally {
    float.dispose();
    published.dispose();
  }
}
