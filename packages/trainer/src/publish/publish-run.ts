import { countMultiplyAdds, countParameters, type GraphModelFiles, toGraphModel } from "@unpaired/core";
import type { Manifest, Quantization } from "@unpaired/core/contracts";
import type { ImageTensor } from "@unpaired/engine";
import { PublishError } from "../errors.ts";
import type { TrainConfig } from "../run/config.ts";
import { readProbes } from "../run/probes.ts";
import { readRunConfig, readRunDomains } from "../run/run-directory.ts";
import { createModelTranslator } from "../translate/model-translator.ts";
import { createFloatTranslator, readTrainedRun, type TrainedDirection } from "../translate/run-translator.ts";
import { psnr } from "./psnr.ts";
import { writeToRegistry } from "./registry-directory.ts";
import { versionId } from "./version.ts";

/** Options of {@link publishRun}. */
export interface PublishOptions {
  readonly runDirectory: string;
  readonly registryDirectory: string;
  readonly quantization: Quantization;
  /** tfjs backend the run is verified on; named in the manifest. */
  readonly backend: string;
  readonly now: () => Date;
  /** Source revision to name in the manifest. */
  readonly commit?: string;
}

/** Least agreement, in decibels, of a quantized model with the float one it came from. */
export const MINIMUM_PSNR = 30;

/**
 * Publishes both directions of a run, each verified first: the files as the engine runs them against the trained float
 * weights on the run's own probe images. Nothing is written unless every direction passes.
 *
 * @throws PublishError `quantization_too_lossy` below {@link MINIMUM_PSNR}
 */
export async function publishRun(options: PublishOptions): Promise<Manifest[]> {
  const { runDirectory, registryDirectory, quantization, now } = options;
  const config = await readRunConfig(runDirectory);
  const domains = await readRunDomains(runDirectory);
  const run = await readTrainedRun(runDirectory);
  const verified = [];
  for (const direction of run.directions) {
    const files = toGraphModel(direction.spec, direction.weights, { quantization });
    const id = modelId(config, direction);
    const decibels = await agreement(direction, files, await readProbes(runDirectory, direction.from));
    assertAgreement(id, quantization, decibels);
    verified.push({ direction, files, id, decibels });
  }
  const manifests: Manifest[] = [];
  for (const { direction, files, id, decibels } of verified) {
    const side = config.data.cropSizePixels;
    const at = now();
    const facts = {
      id,
      version: versionId(files, at),
      createdAt: at.toISOString(),
      method: config.method,
      domains: { from: config.domains[direction.from], to: config.domains[direction.to] },
      input: { sizePixels: side, multipleOf: direction.spec.multipleOf, channels: 3 as const },
      quantization,
      parameters: countParameters(direction.spec),
      multiplyAdds: countMultiplyAdds(direction.spec, { height: side, width: side }),
      training: {
        backend: options.backend,
        steps: run.step,
        dataSet: config.data.name,
        seed: config.seed,
        ...(options.commit !== undefined && { commit: options.commit }),
      },
      metrics: { psnrQuantized: Math.min(decibels, 200) },
      domainStatistics: [...domains[direction.from]],
    };
    manifests.push(await writeToRegistry(registryDirectory, facts, files));
  }
  return manifests;
}

/** `summer2winter`: one id per direction. */
export function modelId({ domains }: TrainConfig, { from, to }: { from: "A" | "B"; to: "A" | "B" }): string {
  return `${domains[from]}2${domains[to]}`;
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
  direction: TrainedDirection,
  files: GraphModelFiles,
  probes: readonly ImageTensor[],
): Promise<number> {
  const float = createFloatTranslator(direction);
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
