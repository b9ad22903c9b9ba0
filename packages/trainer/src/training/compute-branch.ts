import * as tf from "@tensorflow/tfjs-core";
import { createRandom, isTrained, type NetworkSpec, weightShapes } from "@unpaired/core";
import { activations, type WeightTensors } from "@unpaired/core/tfjs";
import type { Branch, BranchContext, Objective } from "../methods/method.ts";
import type { ImageBatch } from "./image-batch.ts";

/** What a batch norm's running statistic is to learn from one pass. */
export interface BranchStatistic {
  readonly network: string;
  /** Name of the running mean or variance. */
  readonly weight: string;
  readonly values: Float32Array;
  /** Learned after all that are not. */
  readonly last: boolean;
}

/** What a branch leaves behind. */
export interface BranchResult {
  /** Value of every loss term. */
  readonly losses: Readonly<Record<string, number>>;
  /** Gradients by network and weight, on the backend; the caller disposes them. */
  readonly gradients: Readonly<Record<string, WeightTensors>>;
  readonly outputs: Readonly<Record<string, ImageBatch>>;
  /** In the order of the passes that saw them. */
  readonly statistics: readonly BranchStatistic[];
}

/** What a branch is computed from. */
export interface BranchInputs {
  readonly specs: Readonly<Record<string, NetworkSpec>>;
  readonly weights: Readonly<Record<string, WeightTensors>>;
  readonly batches: Readonly<Record<string, ImageBatch>>;
  /** Seed of everything random in this step. */
  readonly seed: number;
}

/** Evaluates a branch's objective and its gradients with respect to the networks it trains. */
export async function computeBranch(branch: Branch, inputs: BranchInputs): Promise<BranchResult> {
  const { weights } = inputs;
  const trained = trainedWeights(branch, inputs.specs);
  const kept: Kept = { terms: {}, outputs: {}, statistics: [] };
  try {
    const gradients = tf.tidy(() => {
      const objective = (...values: tf.Tensor[]): tf.Scalar => {
        const current: Record<string, Record<string, tf.Tensor>> = {};
        for (const network of Object.keys(weights)) current[network] = { ...weights[network] };
        for (const [index, { network, weight }] of trained.entries()) {
          current[network]![weight] = values[index]!;
        }
        const { terms, outputs = {} } = evaluate(branch, { ...inputs, weights: current }, kept);
        for (const [name, term] of Object.entries(terms)) kept.terms[name] = tf.keep(term.clone());
        for (const [name, image] of Object.entries(outputs)) kept.outputs[name] = tf.keep(image.clone());
        return tf.addN(Object.values(terms)) as tf.Scalar;
      };
      if (trained.length > 0) {
        return tf.valueAndGrads(objective)(trained.map(({ network, weight }) => weights[network]![weight]!))
          .grads;
      }
      const { outputs = {} } = evaluate(branch, inputs, kept);
      for (const [name, image] of Object.entries(outputs)) kept.outputs[name] = tf.keep(image.clone());
      return [];
    });
    return { ...(await read(kept)), gradients: byNetwork(trained, gradients) };
  } finally {
    tf.dispose([kept.terms, kept.outputs, kept.statistics.map(({ value }) => value)]);
  }
}

interface NamedWeight {
  readonly network: string;
  readonly weight: string;
}

/** The weights a branch differentiates, in order. */
function trainedWeights(
  { trains }: Branch,
  specs: Readonly<Record<string, NetworkSpec>>,
): readonly NamedWeight[] {
  return trains.flatMap((network) =>
    weightShapes(specs[network]!)
      .filter(({ role }) => isTrained(role))
      .map(({ name }) => ({ network, weight: name })),
  );
}

/** Tensors that outlive the computation until they are read. */
interface Kept {
  readonly terms: Record<string, tf.Tensor>;
  readonly outputs: Record<string, tf.Tensor4D>;
  readonly statistics: { network: string; weight: string; value: tf.Tensor; last: boolean }[];
}

function evaluate(branch: Branch, { specs, weights, batches, seed }: BranchInputs, kept: Kept): Objective {
  const random = createRandom(seed);
  let passes = 0;
  const context: BranchContext = {
    run: (network, x, options) => context.activations(network, x, [specs[network]!.output], options)[0]!,
    activations(network, x, nodes, options = {}) {
      const { pass = `${branch.name} ${passes}`, observe = true, twiceDifferentiable = false } = options;
      passes++;
      return activations(specs[network]!, weights[network]!, x, nodes, {
        twiceDifferentiable,
        training: {
          dropoutSeed: random.fork(`dropout ${network} ${pass}`).integer(2 ** 30),
          ...(observe && {
            observe: (statistic) => kept.statistics.push({ network, last: observe === "last", ...statistic }),
          }),
        },
      });
    },
    random: random.fork(`branch ${branch.name}`),
  };
  const tensors: Record<string, tf.Tensor4D> = {};
  for (const [name, { data, shape }] of Object.entries(batches)) {
    tensors[name] = tf.tensor4d(data, [...shape]);
  }
  return branch.objective(context, tensors);
}

async function read({ terms, outputs, statistics }: Kept): Promise<Omit<BranchResult, "gradients">> {
  const losses: Record<string, number> = {};
  for (const [name, term] of Object.entries(terms)) losses[name] = (await term.data())[0]!;
  const images: Record<string, ImageBatch> = {};
  for (const [name, image] of Object.entries(outputs)) {
    images[name] = { data: Float32Array.from(await image.data()), shape: image.shape };
  }
  const seen: BranchStatistic[] = [];
  for (const { value, ...statistic } of statistics) {
    seen.push({ ...statistic, values: Float32Array.from(await value.data()) });
  }
  return { losses, outputs: images, statistics: seen };
}

function byNetwork(
  names: readonly NamedWeight[],
  tensors: readonly tf.Tensor[],
): Record<string, WeightTensors> {
  const gradients: Record<string, Record<string, tf.Tensor>> = {};
  for (const [index, { network, weight }] of names.entries()) {
    gradients[network] ??= {};
    gradients[network][weight] = tensors[index]!;
  }
  return gradients;
}
