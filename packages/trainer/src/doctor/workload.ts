import { resolveConfig, type TrainConfig } from "../run/config.ts";

/** A CycleGAN step of a weight that a few seconds suffice for: the paper's on a GPU, a small one on a CPU. */
export function workloadFor(backend: "gpu" | "fast-cpu" | "plain-cpu"): TrainConfig {
  const [sizePixels, filters, blocks] = {
    gpu: [256, 64, 9],
    "fast-cpu": [64, 32, 6],
    "plain-cpu": [32, 4, 1],
  }[backend] as [number, number, number];
  const data = { name: "noise", directoryA: "a", directoryB: "b", cropSizePixels: sizePixels };
  return resolveConfig({
    data: { ...data, loadSizePixels: sizePixels },
    generator: { filters, blocks },
    discriminator: { filters: Math.min(64, filters * 2), layers: 2 },
  });
}
