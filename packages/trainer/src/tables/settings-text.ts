import type { TableResult } from "./result.ts";

/** What all runs of a table have in common, in a sentence or two. */
export function settingSentence({ setting, seeds, references, runs }: TableResult): string {
  const { sizePixels, steps, backend } = setting;
  const counts = new Set([references.A, references.B].flatMap((set) => (set ? [set.images] : [])));
  const pictures = [...counts].join(" and ");
  const isOn = runs.some(({ identityWeight }) => identityWeight !== undefined);
  const has = (...methods: string[]) => runs.some(({ method }) => methods.includes(method));
  return [
    `${runs.length} runs of ${steps} steps at ${sizePixels} px on the ${backend} backend,`,
    `${seeds === 1 ? "one seed" : `${seeds} seeds (mean ± deviation)`}, ${pictures} test pictures.`,
    "All share the data, a mobile ResNet of 16 filters and 4 blocks, a discriminator of 16 filters and 2 layers,",
    `instance norm, a learning rate of 0.001 that falls over the second half, batch 1 and no identity loss${isOn ? " where no row says so" : ""};`,
    "other settings are each method's own.",
    ...(has("simgan", "feature-gan") ? ["The λ of SimGAN and of feature loss + GAN is 1."] : []),
    ...(has("cut", "fastcut") ? ["CUT and FastCUT compare 64 patches through 64 channels."] : []),
    ...(has("cogan")
      ? [
          "CoGAN has its own kind of networks, batch norm and batches of 8, and searches 100 steps from 2 starts.",
        ]
      : []),
  ].join(" ");
}
