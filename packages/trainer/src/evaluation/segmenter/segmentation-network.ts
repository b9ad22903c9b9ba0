import { type NetworkSpec, unetGenerator, type WeightedNetwork, weightShapes } from "@unpaired/core";

/** Options of {@link segmentationNetwork}. */
export interface SegmentationNetworkOptions {
  /** How many classes it tells apart; one logit each. */
  readonly classes: number;
  /** Channels after the first layer. */
  readonly filters: number;
}

/** Halvings of the image; sides are multiples of 2^this. */
const DEPTH = 5;

/** A small U-Net that answers class logits: pix2pix's generator with as many outputs as classes, and no tanh behind them. */
export function segmentationNetwork({ classes, filters }: SegmentationNetworkOptions): NetworkSpec {
  const unet = unetGenerator({ depth: DEPTH, filters, norm: "batch" });
  const [tanh] = unet.nodes.slice(-1);
  const logits = tanh!.inputs[0]!;
  return {
    ...unet,
    name: `segmentation-${classes}classes-${filters}filters`,
    nodes: unet.nodes
      .slice(0, -1)
      .map((node) =>
        node.id === logits && node.op === "transposedConv" ? { ...node, filters: classes } : node,
      ),
    output: logits,
  };
}

/** The way down of a segmentation network, to where it sees most at once: a source of features for pictures like its own. */
export function encoderOf({ spec, weights }: WeightedNetwork): WeightedNetwork {
  const convolutions = spec.nodes.filter(({ op }) => op === "conv");
  const deepest = convolutions.at(-1)!;
  const encoder: NetworkSpec = {
    ...spec,
    name: `${spec.name}-encoder`,
    nodes: spec.nodes.slice(0, spec.nodes.indexOf(deepest) + 1),
    output: deepest.id,
  };
  const names = weightShapes(encoder).map(({ name }) => name);
  return { spec: encoder, weights: new Map(names.map((name) => [name, weights.get(name)!])) };
}
