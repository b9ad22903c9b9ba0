import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import {
  mobileResnetGenerator,
  type NetworkSpec,
  resnetGenerator,
  toOnnx,
  type Weights,
  weightShapes,
} from "@unpaired/core";
import { createPlanningSession } from "../src/index.ts";
import { readEngineBinaries } from "../src/node.ts";
import { readModelFiles } from "./model-files.ts";
import type { BenchmarkModel } from "./models.ts";
import { publishedWeights } from "./published-weights.ts";

/**
 * A published graph model, from a folder with `model.json` and its shards. Of networks other than core's ResNets there is no
 * ONNX form.
 *
 * @throws Error when the folder has no such files; EngineError when the engine cannot run them
 */
export async function readPublishedModel(folder: string): Promise<BenchmarkModel> {
  const { graphModel } = await readModelFiles((name) => readFile(join(folder, name)).catch(() => undefined));
  const weights = publishedWeights(graphModel);
  const spec = findNetwork(weights);
  const session = await createPlanningSession(graphModel, { binaries: await readEngineBinaries() });
  return {
    name: basename(resolve(folder)),
    multiplyAdds: (side) =>
      session.plan({ width: side, height: side }).steps.reduce((sum, step) => sum + step.multiplyAdds, 0),
    files: () => ({ graphModel, onnx: spec && toOnnx(spec, weights) }),
  };
}

/** The ResNet generator whose weights have these names and shapes; published files do not name their builder. */
export function findNetwork(weights: Weights): NetworkSpec | undefined {
  const filters = [...weights.values()].find(({ shape }) => shape.length === 4)?.shape[3];
  if (filters === undefined) return undefined;
  for (const build of [resnetGenerator, mobileResnetGenerator]) {
    for (const upsampling of ["transposed", "resize"] as const) {
      for (let blocks = 1; blocks <= 9; blocks++) {
        const spec = build({ filters, blocks, upsampling });
        if (fits(spec, weights)) return spec;
      }
    }
  }
  return undefined;
}

function fits(spec: NetworkSpec, weights: Weights): boolean {
  const needed = weightShapes(spec);
  // Published files also hold constants of other ranks, such as a norm's epsilon.
  const kernels = [...weights.values()].filter(({ shape }) => shape.length === 4).length;
  return (
    needed.every(({ name, shape }) => String(weights.get(name)?.shape) === String(shape)) &&
    needed.filter(({ shape }) => shape.length === 4).length === kernels
  );
}
