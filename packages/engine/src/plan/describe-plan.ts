import type { Activation, Layer } from "../recognise/layers.ts";
import type { Plan, PlannedStep } from "./plan.ts";
import { formatShape } from "./shape.ts";

/** A plan as a table for people: per step the kernel, shapes, multiply-adds and bytes, then the totals. */
export function describePlan(plan: Plan): string {
  const rows = plan.steps.map((step, index) => [
    String(index),
    step.kernel,
    step.layer.name,
    features(step),
    `${step.inputs.map(formatShape).join(" + ")} → ${formatShape(step.output)}`,
    step.multiplyAdds === 0 ? "" : `${(step.multiplyAdds / 1e6).toFixed(2)} M`,
    kibibytes(step.bytesMoved),
  ]);
  const header = ["#", "kernel", "node", "with", "width×height×channels", "multiply-adds", "moved"];
  const table = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
  const multiplyAdds = plan.steps.reduce((sum, step) => sum + step.multiplyAdds, 0);
  return [
    ...lines,
    `total: ${plan.steps.length} steps, ${(multiplyAdds / 1e6).toFixed(2)} M multiply-adds`,
    `memory: ${kibibytes(plan.weightsBytes)} weights, ${kibibytes(plan.scratchBytes)} scratch, ` +
      `${kibibytes(plan.activationBytes)} activations, ${kibibytes(plan.memoryBytes)} in all`,
  ].join("\n");
}

function features({ layer, inPlace }: PlannedStep): string {
  const window = "filter" in layer ? `${layer.filter.shape[0]}×${layer.filter.shape[1]}` : "";
  return [
    window,
    "stride" in layer && layer.stride > 1 ? `stride ${layer.stride}` : "",
    "border" in layer && layer.border === "reflect" ? "reflect" : "",
    "bias" in layer && layer.bias ? "bias" : "",
    "activation" in layer ? formatActivation(layer.activation) : "",
    isResidual(layer) ? "residual" : "",
    inPlace ? "in place" : "",
  ]
    .filter((feature) => feature !== "")
    .join(", ");
}

function isResidual(layer: Layer): boolean {
  return layer.kind === "norm" && layer.inputs.length === 2;
}

function formatActivation(activation: Activation): string {
  switch (activation.kind) {
    case "none":
      return "";
    case "leakyRelu":
      return `leakyRelu ${activation.slope.toPrecision(3)}`;
    default:
      return activation.kind;
  }
}

function kibibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}
