import type { FileContent } from "../../../checkpoint/atomic-write.ts";
import type { StateDict } from "../../../pytorch/state-dict.ts";
import { EvaluationError } from "../../errors.ts";
import { inception } from "./architecture.ts";
import { createGraph } from "./graph.ts";

/** Side of the pictures Inception reads. */
const SIDE = 299;
/** Of the batch norms. */
const EPSILON = 1e-3;

/**
 * Makes a tfjs graph model of Inception's weights as pytorch-fid keeps them: reads RGB of any size from −1 to 1, resizes it to
 * 299×299 as pytorch-fid does (bilinear between pixel centres), and gives 8×8×2048. Batch norms are folded into the
 * convolutions before them.
 *
 * @returns `model.json` and its weight file
 * @throws EvaluationError `invalid_feature_model` when a weight is missing or its shape is none of Inception's
 * @throws PytorchFileError
 */
export async function convertInception(weights: StateDict): Promise<ReadonlyMap<string, FileContent>> {
  const convolutions = await readConvolutions(weights);
  const graph = createGraph();
  const image = graph.placeholder("image");
  inception<string>(
    {
      conv(name, input, { stride = 1, padding = "SAME" } = {}) {
        const found = convolutions.get(name);
        if (!found) throw missing(weights.source, `${name}.conv.weight`);
        return graph.conv(name, input, { ...found, stride, padding });
      },
      pool: graph.pool,
      join: graph.join,
    },
    graph.resize("resized", image, SIDE),
  );
  return graph.files();
}

interface Convolution {
  /** Height, width, input channels, filters. */
  readonly shape: readonly number[];
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

async function readConvolutions(weights: StateDict): Promise<ReadonlyMap<string, Convolution>> {
  const found = new Map<string, Convolution>();
  for (const [path, { shape }] of weights.tensors) {
    const name = /^((?:Conv2d|Mixed)_\w+(?:\.\w+)?)\.conv\.weight$/.exec(path)?.[1];
    if (name === undefined) continue;
    const [filters, channels, height, width] = shape;
    if (shape.length !== 4) throw missing(weights.source, `${path} of four axes`);
    const norm = async (part: string) => {
      const values = weights.tensors.has(`${name}.bn.${part}`) && (await weights.read(`${name}.bn.${part}`));
      if (!values || values.length !== filters)
        throw missing(weights.source, `${name}.bn.${part} of ${filters} values`);
      return values;
    };
    const [gamma, beta, mean, variance] = [
      await norm("weight"),
      await norm("bias"),
      await norm("running_mean"),
      await norm("running_var"),
    ];
    const scale = Float32Array.from(gamma, (value, index) => value / Math.sqrt(variance[index]! + EPSILON));
    const kernel = (await weights.read(path, [2, 3, 1, 0])).map(
      (value, index) => value * scale[index % filters!]!,
    );
    const bias = beta.map((value, index) => value - mean[index]! * scale[index]!);
    found.set(name, { shape: [height!, width!, channels!, filters!], kernel, bias });
  }
  return found;
}

function missing(source: string, what: string): EvaluationError {
  return new EvaluationError(
    "invalid_feature_model",
    `${source} has no ${what}; take the file that pytorch-fid uses.`,
  );
}
