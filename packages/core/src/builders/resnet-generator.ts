import { Layers } from "../network/layers.ts";
import type { NetworkSpec, NormKind, Padding } from "../network/spec.ts";
import { assertBlocks, assertGeneratorOptions, type GeneratorOptions } from "./generator-options.ts";

/** Options of both ResNet generators. */
export interface ResnetGeneratorOptions extends GeneratorOptions {
  /** Residual blocks, 1–9. 9 at 256² and up, 6 at 128². */
  readonly blocks?: number;
  /** `transposed`: stride-2 transposed convs as in the paper. `resize`: nearest + conv, free of checkerboards. */
  readonly upsampling?: "transposed" | "resize";
}

const reflect = (pixels: number): Padding => ({ mode: "reflect", pixels });
const zero = (pixels: number): Padding => ({ mode: "zero", pixels });

/**
 * The paper's generator (Johnson et al.'s ResNet): 7×7 stem, two stride-2 convs, residual blocks, two up-sampling layers,
 * 7×7 head, tanh. Convs in front of a norm carry no bias: the norm removes it.
 *
 * Source: junyanz/pytorch-CycleGAN-and-pix2pix `ResnetGenerator`; arXiv 1703.10593, appendix 7.2.
 *
 * @throws InvalidArgumentError for options out of range
 */
export function resnetGenerator(options: ResnetGeneratorOptions = {}): NetworkSpec {
  const { blocks = 9 } = options;
  return buildGenerator(`resnet-${blocks}blocks`, options, {
    conv: (layers, input, id, { channels }) =>
      layers.conv(input, id, { filters: channels, size: 3, padding: reflect(1) }),
  });
}

/**
 * The mobile generator of GAN Compression and OMGD: {@link resnetGenerator} whose residual convs are depthwise 3×3, norm,
 * pointwise 1×1.
 *
 * Source: arXiv 2003.08936; mit-han-lab/gan-compression `MobileResnetGenerator`.
 *
 * @throws InvalidArgumentError for options out of range
 */
export function mobileResnetGenerator(options: ResnetGeneratorOptions = {}): NetworkSpec {
  const { blocks = 9 } = options;
  return buildGenerator(`mobile-resnet-${blocks}blocks`, options, {
    conv(layers, input, id, { channels, norm }) {
      const depthwise = layers.depthwiseConv(input, `${id}/depthwise`, { size: 3, padding: reflect(1) });
      return layers.conv(layers.norm(depthwise, norm), `${id}/pointwise`, {
        filters: channels,
        size: 1,
        padding: zero(0),
      });
    },
  });
}

interface ResidualConv {
  /** Adds one of a residual block's two convolutions, without the norm behind it. */
  conv(layers: Layers, input: string, id: string, options: { channels: number; norm: NormKind }): string;
}

function buildGenerator(name: string, options: ResnetGeneratorOptions, residual: ResidualConv): NetworkSpec {
  const {
    filters = 64,
    blocks = 9,
    upsampling = "transposed",
    norm = "instance",
    dropout = 0,
    inputChannels = 3,
    outputChannels = 3,
  } = options;
  assertGeneratorOptions({ filters, dropout });
  assertBlocks(blocks);
  const layers = new Layers();
  const normRelu = (x: string) => layers.activation(layers.norm(x, norm), "relu");

  let x = normRelu(layers.conv(layers.input, "stem", { filters, size: 7, padding: reflect(3) }));
  x = normRelu(layers.conv(x, "down1", { filters: filters * 2, size: 3, stride: 2, padding: zero(1) }));
  x = normRelu(layers.conv(x, "down2", { filters: filters * 4, size: 3, stride: 2, padding: zero(1) }));
  for (let index = 1; index <= blocks; index++) {
    const block = `block${index}`;
    const shape = { channels: filters * 4, norm };
    const middle = layers.dropout(normRelu(residual.conv(layers, x, `${block}/conv1`, shape)), dropout);
    x = layers.add(x, layers.norm(residual.conv(layers, middle, `${block}/conv2`, shape), norm), block);
  }
  for (const [id, width] of [["up1", filters * 2] as const, ["up2", filters] as const]) {
    if (upsampling === "transposed") {
      x = normRelu(layers.transposedConv(x, id, { filters: width }));
    } else {
      const enlarged = layers.resize(x, `${id}/resize`, 2);
      x = normRelu(layers.conv(enlarged, id, { filters: width, size: 3, padding: reflect(1) }));
    }
  }
  const head = { filters: outputChannels, size: 7, padding: reflect(3), bias: true };
  layers.activation(layers.conv(x, "head", head), "tanh");
  return layers.finish({
    name: `${name}-${filters}filters`,
    inputChannels,
    multipleOf: 4,
    minimumSide: 8,
  });
}
