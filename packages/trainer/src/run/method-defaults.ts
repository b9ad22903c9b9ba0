import { layOver } from "./lay-over.ts";

/**
 * Lays a configuration over its method's own defaults.
 *
 * Source: junyanz/pytorch-CycleGAN-and-pix2pix and taesungp/contrastive-unpaired-translation,
 * `modify_commandline_options` of each model.
 */
export function withMethodDefaults(input: unknown): unknown {
  const method = settingOf(input, "method") ?? "cyclegan";
  const objective = settingOf(settingOf(input, "loss"), "objective") ?? "full";
  // The paper's ablations are of eq. 3, which has no identity loss.
  if (method === "cyclegan" && objective !== "full") return layOver({ loss: { identityWeight: 0 } }, input);
  if (typeof method !== "string" || !Object.hasOwn(defaults, method)) return input;
  return layOver(defaults[method], input);
}

function settingOf(settings: unknown, name: string): unknown {
  return typeof settings === "object" && settings !== null ? Reflect.get(settings, name) : undefined;
}

/** Of taesungp/contrastive-unpaired-translation. */
const contrastive = { init: { kind: "xavier" }, poolSize: 0 };

const defaults: Readonly<Record<string, unknown>> = {
  pix2pix: {
    norm: "batch",
    data: { mode: "aligned" },
    generator: { kind: "unet", dropout: 0.5 },
    loss: { ganMode: "vanilla" },
    poolSize: 0,
  },
  // Of arXiv 1606.07536, whose batches are of 128: the most there is here.
  cogan: {
    norm: "batch",
    data: { batchSize: 64 },
    loss: { ganMode: "vanilla" },
    poolSize: 0,
  },
  cut: {
    ...contrastive,
    schedule: { constantEpochs: 200, decayEpochs: 200 },
  },
  fastcut: {
    ...contrastive,
    contrast: { weight: 10, identity: false, flipEquivariance: true },
    schedule: { constantEpochs: 150, decayEpochs: 50 },
  },
};
