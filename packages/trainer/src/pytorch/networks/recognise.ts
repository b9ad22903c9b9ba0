import {
  mobileResnetGenerator,
  type NetworkSpec,
  type NormKind,
  patchDiscriminator,
  pixelDiscriminator,
  resnetGenerator,
  type SubMobileWidths,
  subMobileResnetGenerator,
  UnpairedError,
  unetGenerator,
} from "@unpaired/core";
import type { Complain } from "../errors.ts";
import type { TorchTensor } from "../torch-tensor.ts";
import { unetLevel } from "./reference-names.ts";

/** A network recognised by its tensors' names and shapes. */
export interface RecognisedNetwork {
  readonly role: "generator" | "discriminator";
  readonly spec: NetworkSpec;
}

/** The shape of a tensor by its name; absent ones have none. */
type Shapes = (name: string) => readonly number[] | undefined;

/**
 * Finds out which of the reference's or GAN Compression's networks a state dict belongs to.
 *
 * Dropout shows by the module numbers of ResNets only; it does nothing outside training.
 *
 * @throws PytorchFileError `unknown_network` or `tensor_mismatch`
 */
export function recogniseNetwork(
  tensors: ReadonlyMap<string, TorchTensor>,
  complain: Complain,
): RecognisedNetwork {
  const reader = new ShapeReader(tensors, complain);
  try {
    return recognise(reader);
  } catch (error) {
    if (error instanceof UnpairedError && error.code === "invalid_argument") {
      throw complain(
        "unknown_network",
        `is like a network of the reference, but not quite: ${error.message}`,
        error,
      );
    }
    throw error;
  }
}

function recognise(reader: ShapeReader): RecognisedNetwork {
  if (reader.rank("model.model.0.weight") === 4) return { role: "generator", spec: unet(reader) };
  if (reader.rank("model.1.weight") === 4) return { role: "generator", spec: resnet(reader) };
  if (reader.rank("model.0.weight") === 4) return { role: "discriminator", spec: patch(reader) };
  if (reader.rank("net.0.weight") === 4) return { role: "discriminator", spec: pixel(reader) };
  throw reader.unknown();
}

function resnet(reader: ShapeReader): NetworkSpec {
  const blocks = reader.count((index) => [
    `model.${10 + index}.conv_block.1.weight`,
    `model.${10 + index}.conv_block.1.conv.0.weight`,
  ]);
  const stem = reader.shape("model.1.weight");
  const options = {
    norm: reader.norm("model.1", "model.2"),
    inputChannels: reader.imageChannels("model.1.weight", 1),
    outputChannels: reader.imageChannels(`model.${17 + blocks}.weight`, 0),
  };
  const inside = "model.10.conv_block";
  if (reader.rank(`${inside}.1.conv.0.weight`) === undefined) {
    const dropout = reader.rank(`${inside}.6.weight`) === 4 ? 0.5 : 0;
    return resnetGenerator({ filters: stem[0]!, blocks, dropout, ...options });
  }
  const widths: SubMobileWidths = {
    stem: stem[0]!,
    down1: reader.shape("model.4.weight")[0]!,
    down2: reader.shape("model.7.weight")[0]!,
    blocks: Array.from(
      { length: blocks },
      (_, index) => reader.shape(`model.${10 + index}.conv_block.1.conv.2.weight`)[0]!,
    ),
    up1: reader.shape(`model.${10 + blocks}.weight`)[1]!,
    up2: reader.shape(`model.${13 + blocks}.weight`)[1]!,
  };
  const isUniform =
    widths.down1 === widths.stem * 2 &&
    widths.down2 === widths.stem * 4 &&
    widths.blocks.every((width) => width === widths.down2) &&
    widths.up1 === widths.down1 &&
    widths.up2 === widths.stem;
  return isUniform && options.norm === "instance" && widths.stem % 2 === 0
    ? mobileResnetGenerator({ filters: widths.stem, blocks, ...options })
    : subMobileResnetGenerator({ widths, ...options });
}

function unet(reader: ShapeReader): NetworkSpec {
  // The innermost level has its up-sampling conv where the others have the next level.
  const depth = 2 + reader.count((index) => [`${unetLevel(index + 2)}.5.weight`]);
  return unetGenerator({
    depth,
    filters: reader.shape("model.model.0.weight")[0]!,
    norm: reader.norm("model.model.0", `${unetLevel(2)}.2`),
    inputChannels: reader.imageChannels("model.model.0.weight", 1),
    outputChannels: reader.imageChannels("model.model.3.weight", 1),
  });
}

function patch(reader: ShapeReader): NetworkSpec {
  const layers = reader.count((index) => [`model.${3 * index + 2}.weight`]) - 1;
  const [filters, inputChannels] = reader.shape("model.0.weight") as [number, number];
  return patchDiscriminator({ filters, layers, inputChannels, norm: reader.norm("model.2", "model.3") });
}

function pixel(reader: ShapeReader): NetworkSpec {
  const [filters, inputChannels] = reader.shape("net.0.weight") as [number, number];
  return pixelDiscriminator({ filters, inputChannels, norm: reader.norm("net.2", "net.3") });
}

class ShapeReader {
  readonly #shape: Shapes;
  readonly #names: readonly string[];
  readonly #complain: Complain;

  constructor(tensors: ReadonlyMap<string, TorchTensor>, complain: Complain) {
    this.#shape = (name) => tensors.get(name)?.shape;
    this.#names = [...tensors.keys()];
    this.#complain = complain;
  }

  rank(name: string): number | undefined {
    return this.#shape(name)?.length;
  }

  /** The shape of a convolution's kernel, which must be there. */
  shape(name: string): readonly number[] {
    const shape = this.#shape(name);
    if (shape?.length !== 4) {
      const found = shape ? `[${shape}]` : "nothing";
      throw this.#complain(
        "tensor_mismatch",
        `should have a kernel of four axes in "${name}" and has ${found}.`,
      );
    }
    return shape;
  }

  /** How many in a row, from 0, are there under one of their names. */
  count(names: (index: number) => readonly string[]): number {
    let index = 0;
    while (names(index).some((name) => this.rank(name) === 4)) index++;
    return index;
  }

  imageChannels(name: string, axis: 0 | 1): 1 | 3 {
    const channels = this.shape(name)[axis];
    if (channels === 1 || channels === 3) return channels;
    throw this.#complain(
      "unknown_network",
      `has ${channels} image channels in "${name}" ([${this.shape(name)}]); networks of 1 or 3 are taken.`,
    );
  }

  /** Batch norms have weights; without norms the reference's convs have no bias. */
  norm(conv: string, norm: string): NormKind {
    if (this.rank(`${norm}.weight`) === 1) {
      if (this.rank(`${norm}.running_mean`) === 1) return "batch";
      throw this.#complain(
        "unknown_network",
        `has norms with weights and without running statistics ("${norm}"), which no network of the reference has.`,
      );
    }
    return this.rank(`${conv}.bias`) === 1 ? "instance" : "none";
  }

  unknown(): Error {
    const some = this.#names.slice(0, 4).map((name) => JSON.stringify(name.slice(0, 60)));
    return this.#complain(
      "unknown_network",
      `holds none of the networks known here (ResNet, mobile ResNet and U-Net generators, PatchGAN and pixel discriminators); its tensors are ${some.join(", ")}, ….`,
    );
  }
}
