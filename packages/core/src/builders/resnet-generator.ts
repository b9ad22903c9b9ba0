import { Layers } from "../network/layers.ts";
import type { NetworkSpec, Padding } from "../network/spec.ts";
import { assertGeneratorOptions } from "./generator-options.ts";

/** Options of both ResNet generators. */
export interface ResnetGeneratorOptions {
  /** Channels after the stem; even, 2–512. 64 in the paper. */
  readonly filters?: number;
  /** Residual blocks, 1–9. 9 at 256² and up, 6 at 128². */
  readonly blocks?: number;
  /** `transposed`: stride-2 transposed convs as in the paper. `resize`: nearest + conv, free of checkerboards. */
  readonly upsampling?: "transposed" | "resize";
  readonly channels?: 1 | 3;
  /** Dropout inside the residual blocks; 0 turns it off. */
  readonly dropout?: number;
}

const reflect = (pixels: number): Padding => ({ mode: "reflect", pixels });
const zero = (pixels: number): Padding => ({ mode: "zero", pixels });

/**
 * The paper's generator (Johnson et al.'s ResNet): 7×7 stem, two stride-2 convs, residual blocks, two up-sampling layers,
 * 7×7 head, tanh. Convs in front of an instance norm carry no bias: the norm removes it.
 *
 * Source: junyanz/pytorch-CycleGAN-and-pix2pix `ResnetGenerator`; arXiv 1703.10593, appendix 7.2.
 *
 * @throws InvalidArgumentError for options out of range
 */
export function resnetGenerator(options: ResnetGeneratorOptions = {}): NetworkSpec {
  const { blocks = 9, dropout = 0 } = options;
  return buildGenerator(`resnet-${blocks}blocks`, options, (layers, input, block, channels) => {
    const half = (from: string, part: string) =>
      layers.instanceNorm(
        layers.conv(from, `${block}/${part}`, { filters: channels, size: 3, padding: reflect(1) }),
      );
    let x = layers.activation(half(input, "conv1"), "relu");
    if (dropout > 0) x = layers.dropout(x, dropout);
    return layers.add(input, half(x, "conv2"), block);
  });
}

/**
 * The mobile generator of GAN Compression and OMGD: {@link resnetGenerator} whose residual convs are depthwise 3×3,
 * instance norm, pointwise 1×1.
 *
 * Source: arXiv 2003.08936; mit-han-lab/gan-compression `MobileResnetGenerator`.
 *
 * @throws InvalidArgumentError for options out of range
 */
export function mobileResnetGenerator(options: ResnetGeneratorOptions = {}): NetworkSpec {
  const { blocks = 9, dropout = 0 } = options;
  return buildGenerator(`mobile-resnet-${blocks}blocks`, options, (layers, input, block, channels) => {
    const half = (from: string, part: string) => {
      const depthwise = layers.depthwiseConv(from, `${block}/${part}/depthwise`, {
        size: 3,
        padding: reflect(1),
      });
      const pointwise = { filters: channels, size: 1, padding: zero(0) };
      return layers.instanceNorm(
        layers.conv(layers.instanceNorm(depthwise), `${block}/${part}/pointwise`, pointwise),
      );
    };
    let x = layers.activation(half(input, "conv1"), "relu");
    if (dropout > 0) x = layers.dropout(x, dropout);
    return layers.add(input, half(x, "conv2"), block);
  });
}

type Block = (layers: Layers, input: string, block: string, channels: number) => string;

function buildGenerator(name: string, options: ResnetGeneratorOptions, block: Block): NetworkSpec {
  const { filters = 64, blocks = 9, upsampling = "transposed", channels = 3 } = options;
  assertGeneratorOptions({ filters, blocks });
  const layers = new Layers();
  const normRelu = (x: string) => layers.activation(layers.instanceNorm(x), "relu");

  let x = normRelu(layers.conv(layers.input, "stem", { filters, size: 7, padding: reflect(3) }));
  x = normRelu(layers.conv(x, "down1", { filters: filters * 2, size: 3, stride: 2, padding: zero(1) }));
  x = normRelu(layers.conv(x, "down2", { filters: filters * 4, size: 3, stride: 2, padding: zero(1) }));
  for (let index = 1; index <= blocks; index++) x = block(layers, x, `block${index}`, filters * 4);
  for (const [id, width] of [["up1", filters * 2] as const, ["up2", filters] as const]) {
    if (upsampling === "transposed") {
      x = normRelu(layers.transposedConv(x, id, { filters: width }));
    } else {
      const enlarged = layers.resize(x, `${id}/resize`, 2);
      x = normRelu(layers.conv(enlarged, id, { filters: width, size: 3, padding: reflect(1) }));
    }
  }
  layers.activation(
    layers.conv(x, "head", { filters: channels, size: 7, padding: reflect(3), bias: true }),
    "tanh",
  );
  return layers.finish({
    name: `${name}-${filters}filters`,
    inputChannels: channels,
    multipleOf: 4,
    minimumSide: 8,
  });
}
