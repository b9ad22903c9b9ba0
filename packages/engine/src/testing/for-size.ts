import type { ModelFiles } from "../session-types.ts";
import { jsonOf, withJson } from "./graph-files.ts";

/** The same model, made for images of one size alone. */
export function forSize(files: ModelFiles, { width, height }: { width: number; height: number }): ModelFiles {
  const json = jsonOf(files);
  const { dim } = json.modelTopology.node[0].attr.shape.shape;
  const sides = [1, height, width].map((size) => ({ size: String(size) }));
  json.modelTopology.node[0].attr.shape = { shape: { dim: [...sides, dim[3]] } };
  return withJson(json, files.weights);
}
