import type { StartResult } from "@unpaired/trainer";
import type { DirectionFigures } from "./measure.ts";

/** The figures a quickstart run measured, one line each. */
export function describeFigures(
  { config, training, manifests }: StartResult,
  figures: readonly DirectionFigures[],
): string {
  const lines = [
    `  trained       ${training.step} steps at ${config.data.cropSizePixels}×${config.data.cropSizePixels}, ${training.stepsPerSecond.toFixed(2)} steps/s`,
  ];
  for (const { model, journeys, translatedL1, untranslatedL1, requestMs } of figures) {
    const manifest = manifests.find(({ id }) => id === model)!;
    const bytes = [manifest.files.model, ...manifest.files.weights].reduce(
      (sum, file) => sum + file.bytes,
      0,
    );
    const share = ((translatedL1 / untranslatedL1) * 100).toFixed(0);
    lines.push(
      `  ${model.padEnd(13)} L1 to the true answer ${translatedL1.toFixed(3)}, untranslated ${untranslatedL1.toFixed(3)} (${share} %) over ${journeys.length} held-out scenes`,
      `  ${" ".repeat(13)} ${(bytes / 1024).toFixed(0)} KiB published, ${manifest.metrics.psnrQuantized?.toFixed(1)} dB to the float model, ${requestMs.toFixed(0)} ms a request (median)`,
    );
  }
  return lines.join("\n");
}

/** How to go on. */
export const nextSteps = `How to go on
  pnpm serve                                              the service and its playground on what was just published
  pnpm --filter trainer trainer train --a DIR --b DIR     your own two folders of pictures
  pnpm --filter trainer trainer publish runs/run          publish what they taught
  docs/guides/gpu-training.md                             full size, on a GPU`;
