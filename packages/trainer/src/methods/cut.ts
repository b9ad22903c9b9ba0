import * as tf from "@tensorflow/tfjs-core";
import { INPUT, inferShapes, type NetworkSpec, patchProjector, smallestSide } from "@unpaired/core";
import { adversarialLoss, gatherPixels, patchNce } from "@unpaired/core/tfjs";
import { type JudgeOptions, judge } from "./judge.ts";
import type { BranchContext, Method } from "./method.ts";
import { samplePlaces } from "./sample-places.ts";

/** How a translation's patches are held against its input's. */
export interface ContrastOptions {
  /** λ of the contrast. */
  readonly weight: number;
  /** Also holds translations of the target domain's own images against those, each with half the weight. */
  readonly identity: boolean;
  /** Translates every other image mirrored, which must come to the same. */
  readonly flipEquivariance: boolean;
  /** Patches compared per image and layer, at most. */
  readonly patches: number;
  readonly temperature: number;
  /** Channels of the embeddings. */
  readonly projectorWidth: number;
}

/** Settings of {@link cut}. */
export interface CutOptions extends JudgeOptions {
  readonly name: "cut" | "fastcut";
  /** A ResNet generator that reads and writes the same number of channels. */
  readonly generator: NetworkSpec;
  readonly discriminator: NetworkSpec;
  readonly contrast: ContrastOptions;
  readonly from: "A" | "B";
  readonly to: "A" | "B";
}

/**
 * CUT and FastCUT: one generator, kept to its input by patchwise contrast in the features of its own encoder; no way back.
 *
 * The discriminator learns first, and the generator then faces the updated one. The projectors that embed the features
 * learn with the generator and serve training only.
 *
 * Source: arXiv 2007.15651; taesungp/contrastive-unpaired-translation `cut_model.py`.
 */
export function cut({ name, generator, discriminator, contrast, from, to, ...judging }: CutOptions): Method {
  const forth = `generator${from}${to}`;
  const critic = `discriminator${to}`;
  const pass = "translate";
  const layers = contrastedLayers(generator);
  const projectors = layers.map(({ channels }, index) => {
    const spec = patchProjector({ inputChannels: channels, width: contrast.projectorWidth });
    return [`projector${index + 1}`, spec] as const;
  });
  const nodes = layers.map(({ node }) => node);
  const learners = [forth, ...projectors.map(([network]) => network)];

  const mirror = (x: tf.Tensor4D) => tf.reverse(x, 2);
  /** Decided by a branch's first random number, and so alike in all branches of one name. */
  const decideMirroring = ({ random }: BranchContext) => contrast.flipEquivariance && random.uniform() < 0.5;

  /** Translates an image and holds the result's patches against the image's. */
  const translate = (context: BranchContext, image: tf.Tensor4D, weight: number) => {
    const { run, activations, random } = context;
    const mirrored = decideMirroring(context);
    const once = { pass, observe: false };
    const seen = mirrored ? mirror(image) : image;
    const taps = activations(forth, seen, mirrored ? [generator.output] : [generator.output, ...nodes], once);
    const [output, ...rest] = taps as [tf.Tensor4D, ...tf.Tensor4D[]];
    const keys = mirrored ? activations(forth, image, nodes, once) : rest;
    const queries = activations(forth, output, nodes, { observe: false });
    const losses = projectors.map(([network], index) => {
      const key = keys[index]!;
      const query = mirrored ? mirror(queries[index]!) : queries[index]!;
      const area = key.shape[1] * key.shape[2];
      const places = samplePlaces(Math.min(contrast.patches, area), area, random);
      const embed = (features: tf.Tensor4D) => run(network, gatherPixels(features, places));
      return patchNce(embed(query), embed(key), contrast.temperature);
    });
    return { output, loss: tf.mul<tf.Scalar>(tf.addN(losses), weight / losses.length) };
  };

  const share = contrast.identity ? contrast.weight / 2 : contrast.weight;
  return {
    name,
    networks: { [forth]: generator, [critic]: discriminator, ...Object.fromEntries(projectors) },
    phases: [
      {
        name: "translate",
        branches: [
          {
            name: forth,
            trains: [],
            reads: { input: { real: from } },
            objective(context, { input }) {
              const seen = decideMirroring(context) ? mirror(input!) : input!;
              return { terms: {}, outputs: { [`fake${to}`]: context.run(forth, seen, { pass }) } };
            },
          },
        ],
      },
      {
        name: "discriminator",
        branches: [
          {
            name: critic,
            trains: [critic],
            reads: { real: { real: to }, fake: { produced: `fake${to}` } },
            objective: (context, { real, fake }) => ({
              terms: judge(context, judging, {
                network: critic,
                domain: to,
                real: real!,
                fake: fake!,
                fakeFirst: true,
              }),
            }),
          },
        ],
      },
      {
        name: "generator",
        branches: [
          {
            name: forth,
            trains: learners,
            reads: { input: { real: from } },
            objective(context, { input }) {
              const { output, loss } = translate(context, input!, share);
              const logits = context.run(critic, output);
              return {
                terms: {
                  [`adversarial${to}`]: adversarialLoss(judging.ganMode, logits, "real"),
                  [`patchNce${from}`]: loss,
                },
              };
            },
          },
          ...(contrast.identity
            ? [
                {
                  name: `identity${to}`,
                  trains: learners,
                  reads: { input: { real: to } },
                  objective: (context, { input }) => ({
                    terms: { [`patchNce${to}`]: translate(context, input!, share).loss },
                  }),
                } satisfies Method["phases"][number]["branches"][number],
              ]
            : []),
        ],
      },
    ],
    directions: [{ network: forth, from, to }],
    distance: ({ patchNceA = 0, patchNceB = 0 }) => patchNceA + patchNceB,
  };
}

/**
 * Where a ResNet generator's features are compared: its pixels, both down-sampling convs, and its first and fifth residual
 * blocks (the reference's `nce_layers` 0, 4, 8, 12, 16), or its last block where there are fewer.
 */
function contrastedLayers(generator: NetworkSpec): { node: string; channels: number }[] {
  const side = smallestSide(generator);
  const shapes = inferShapes(generator, { height: side, width: side });
  const ids = generator.nodes.map(({ id }) => id);
  const blocks = [5, 4, 3, 2].map((block) => `block${block}`).filter((id) => ids.includes(id));
  const wanted = [INPUT, "down1", "down2", "block1", ...blocks.slice(0, 1)];
  return wanted.map((node) => ({ node, channels: shapes.get(node)!.channels }));
}
