import { layOver } from "./lay-over.ts";

/**
 * Lays a configuration over its method's own defaults.
 *
 * Source: junyanz/pytorch-CycleGAN-and-pix2pix `modify_commandline_options` of each model.
 */
export function withMethodDefaults(input: unknown): unknown {
  const method = typeof input === "object" && input !== null && "method" in input ? input.method : undefined;
  return method === "pix2pix" ? layOver(pix2pixDefaults, input) : input;
}

const pix2pixDefaults = {
  norm: "batch",
  data: { mode: "aligned" },
  generator: { kind: "unet", dropout: 0.5 },
  loss: { ganMode: "vanilla" },
  poolSize: 0,
};
