import { countMultiplyAdds, countParameters } from "./count.ts";
import { inferShapes } from "./shapes.ts";
import type { NetworkNode, NetworkSpec } from "./spec.ts";

/** A table of a network's nodes with their output shapes, ending in its totals. */
export function summarize(spec: NetworkSpec, size: { height: number; width: number }): string {
  const shapes = inferShapes(spec, size);
  const rows = spec.nodes.map((node) => {
    const { height, width, channels } = shapes.get(node.id)!;
    return [node.id, describe(node), `${height}×${width}×${channels}`, node.inputs.join(", ")];
  });
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const parameters = countParameters(spec).toLocaleString("en");
  const multiplyAdds = (countMultiplyAdds(spec, size) / 1e9).toFixed(3);
  return [
    `${spec.name} at ${size.width}×${size.height}`,
    ...lines,
    `${parameters} parameters, ${multiplyAdds} G multiply-adds`,
  ].join("\n");
}

function describe(node: NetworkNode): string {
  switch (node.op) {
    case "conv":
    case "depthwiseConv":
      return `${node.op} ${node.size}×${node.size} stride ${node.stride} ${node.padding.mode} ${node.padding.pixels}`;
    case "transposedConv":
      return `${node.op} ${node.size}×${node.size} stride ${node.stride}`;
    case "resize":
      return `resize ×${node.scale}`;
    case "norm":
      return `${node.kind} norm`;
    case "activation":
      return node.kind;
    default:
      return node.op;
  }
}
