import { InvalidArgumentError } from "../errors.ts";
import { Layers } from "../network/layers.ts";
import type { NetworkSpec, NormKind, Padding } from "../network/spec.ts";
import { assertBlocks, assertGeneratorOptions } from "./generator-options.ts";

/** Output channels of every layer of a {@link subMobileResnetGenerator}, each 1–2048. */
export interface SubMobileWidths {
  readonly stem: number;
  readonly down1: number;
  /** Also what goes into and comes out of every residual block. */
  readonly down2: number;
  /** Channels between a block's two convolutions, one entry per block, 1–9 of them. */
  readonly blocks: readonly number[];
  readonly up1: number;
  readonly up2: number;
}

/** Options of {@link subMobileResnetGenerator}. */
export interface SubMobileResnetGeneratorOptions {
  readonly widths: SubMobileWidths;
  /** Behind every conv but the depthwise ones, which always have an instance norm behind them. */
  readonly norm?: NormKind;
  readonly dropout?: number;
  readonly inputChannels?: 1 | 3;
  readonly outputChannels?: 1 | 3;
}

/**
 * A mobile ResNet generator whose layers have each their own width, as the search of GAN Compression leaves them.
 *
 * Source: arXiv 2003.08936; mit-han-lab/gan-compression `SubMobileResnetGenerator`, `SeparableConv2d`.
 *
 * @throws InvalidArgumentError for options out of range
 */
export function subMobileResnetGenerator(options: SubMobileResnetGeneratorOptions): NetworkSpec {
  const { widths, norm = "instance", dropout = 0, inputChannels = 3, outputChannels = 3 } = options;
  assertGeneratorOptions({ filters: 2, dropout });
  assertBlocks(widths.blocks.length);
  const { stem, down1, down2, up1, up2 } = widths;
  for (const width of [stem, down1, down2, ...widths.blocks, up1, up2]) assertWidth(width);

  const layers = new Layers();
  const normRelu = (x: string) => layers.activation(layers.norm(x, norm), "relu");
  const separable = (input: string, id: string, filters: number) => {
    const depthwise = layers.depthwiseConv(input, `${id}/depthwise`, { size: 3, padding: reflect(1) });
    const normed = layers.norm(depthwise, "instance");
    return layers.conv(normed, `${id}/pointwise`, { filters, size: 1, padding: zero(0) });
  };

  let x = normRelu(layers.conv(layers.input, "stem", { filters: stem, size: 7, padding: reflect(3) }));
  x = normRelu(layers.conv(x, "down1", { filters: down1, size: 3, stride: 2, padding: zero(1) }));
  x = normRelu(layers.conv(x, "down2", { filters: down2, size: 3, stride: 2, padding: zero(1) }));
  for (const [index, inner] of widths.blocks.entries()) {
    const block = `block${index + 1}`;
    const middle = layers.dropout(normRelu(separable(x, `${block}/conv1`, inner)), dropout);
    x = layers.add(x, layers.norm(separable(middle, `${block}/conv2`, down2), norm), block);
  }
  x = normRelu(layers.transposedConv(x, "up1", { filters: up1 }));
  x = normRelu(layers.transposedConv(x, "up2", { filters: up2 }));
  const head = { filters: outputChannels, size: 7, padding: reflect(3), bias: true };
  layers.activation(layers.conv(x, "head", head), "tanh");
  return layers.finish({
    name: `sub-mobile-resnet-${widths.blocks.length}blocks`,
    inputChannels,
    multipleOf: 4,
    minimumSide: 8,
  });
}

const reflect = (pixels: number): Padding => ({ mode: "reflect", pixels });
const zero = (pixels: number): Padding => ({ mode: "zero", pixels });

function assertWidth(width: number): void {
  if (!Number.isInteger(width) || width < 1 || width > 2048) {
    throw new InvalidArgumentError(`A layer's width is ${width}; it must be a whole number from 1 to 2048.`);
  }
}
