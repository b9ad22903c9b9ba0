import type { Manifest } from "@unpaired/core/contracts";

/** One line per published model: id, version, size, work, agreement with the float model. */
export function describePublished(manifests: readonly Manifest[]): string[] {
  return manifests.map(({ id, version, files, multiplyAdds, quantization, metrics, input }) => {
    const bytes = [files.model, ...files.weights].reduce((sum, file) => sum + file.bytes, 0);
    const facts = [
      `${(bytes / 1024).toFixed(0)} KiB (${quantization})`,
      `${(multiplyAdds / 1e6).toFixed(0)} M multiply-adds at ${input.sizePixels}²`,
      `${metrics.psnrQuantized?.toFixed(1)} dB to the float model`,
    ];
    return `published ${id} ${version}: ${facts.join(", ")}`;
  });
}
