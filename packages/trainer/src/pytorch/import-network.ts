import type {
  ConvNode,
  DepthwiseConvNode,
  NetworkNode,
  NetworkSpec,
  TransposedConvNode,
  Weight,
  WeightedNetwork,
} from "@unpaired/core";
import { weightShapes } from "@unpaired/core";
import { type Complain, complainAbout } from "./errors.ts";
import { parseChannelConfiguration } from "./networks/channel-configuration.ts";
import { type RecognisedNetwork, recogniseNetwork } from "./networks/recognise.ts";
import { type ReferencePlace, referencePlaces } from "./networks/reference-names.ts";
import { type StateDict, withStateDict } from "./state-dict.ts";

/** A network of the reference with its weights, as this project describes and lays them out. */
export interface ImportedNetwork extends WeightedNetwork {
  readonly role: RecognisedNetwork["role"];
}

/** Options of {@link importNetwork}. */
export interface ImportNetworkOptions {
  /** GAN Compression's channel configuration the file is expected to follow, such as `16_16_32_16_32_32_16_16`. */
  readonly channelConfiguration?: string;
}

type Convolution = ConvNode | DepthwiseConvNode | TransposedConvNode;

/**
 * Reads a network that PyTorch saved: which one it is is told from its tensors' names and shapes. Biases in front of
 * instance norms, which change nothing, and the running statistics of instance norms, which the reference never uses, are
 * left out.
 *
 * @throws PytorchFileError naming the tensor at fault with its expected and its found shape
 */
export function importNetwork(path: string, options: ImportNetworkOptions = {}): Promise<ImportedNetwork> {
  return withStateDict(path, (dict) => fitNetwork(dict, options));
}

/**
 * Recognises the network a state dict belongs to and reads its weights; as {@link importNetwork}.
 *
 * @throws PytorchFileError
 */
export async function fitNetwork(
  dict: StateDict,
  { channelConfiguration }: ImportNetworkOptions = {},
): Promise<ImportedNetwork> {
  const complain = complainAbout(dict.source);
  const { role, spec } = recogniseNetwork(dict.tensors, complain);
  if (channelConfiguration !== undefined) assertConfiguration(spec, channelConfiguration, complain);
  return { role, spec, weights: await new Fitting(spec, dict, complain).run() };
}

class Fitting {
  readonly #spec: NetworkSpec;
  readonly #dict: StateDict;
  readonly #complain: Complain;
  readonly #unused: Set<string>;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  readonly #weights = new Map<string, Weight>();

  constructor(spec: NetworkSpec, dict: StateDict, complain: Complain) {
    this.#spec = spec;
    this.#dict = dict;
    this.#complain = complain;
    this.#unused = new Set(dict.tensors.keys());
    this.#shapes = new Map(weightShapes(spec).map(({ name, shape }) => [name, shape]));
  }

  async run(): Promise<ReadonlyMap<string, Weight>> {
    const places = referencePlaces(this.#spec)!;
    for (const node of this.#spec.nodes)
      if ("kernel" in node) await this.#convolution(node, places.get(node.id)!);
    const [extra] = this.#unused;
    if (extra !== undefined) {
      throw this.#complain(
        "tensor_mismatch",
        `has a tensor ${JSON.stringify(extra.slice(0, 100))} of shape [${this.#dict.tensors.get(extra)!.shape}] that ${this.#spec.name} has no place for.`,
      );
    }
    return this.#weights;
  }

  async #convolution(node: Convolution, { conv, norm }: ReferencePlace): Promise<void> {
    // PyTorch's OIHW (transposed: IOHW, depthwise: O1HW) to ours: HWIO, [h, w, out, in], [h, w, channels, 1].
    const order = node.op === "depthwiseConv" ? [2, 3, 0, 1] : [2, 3, 1, 0];
    await this.#take(`${conv}.weight`, node.kernel, order);
    const behind = this.#spec.nodes.filter(({ inputs }) => inputs.includes(node.id));
    const normNode = behind.find((next) => next.op === "norm");
    if (node.bias !== undefined) await this.#take(`${conv}.bias`, node.bias);
    else if (normNode?.kind === "instance") this.#leaveOut(`${conv}.bias`, [this.#channels(node)]);
    if (normNode && norm !== undefined) await this.#norm(normNode, norm, this.#channels(node));
  }

  async #norm(node: NetworkNode & { op: "norm" }, prefix: string, channels: number): Promise<void> {
    if (node.kind === "batch") {
      await this.#take(`${prefix}.weight`, node.scale);
      await this.#take(`${prefix}.bias`, node.shift);
      await this.#take(`${prefix}.running_mean`, node.mean);
      await this.#take(`${prefix}.running_var`, node.variance);
    } else {
      this.#leaveOut(`${prefix}.running_mean`, [channels]);
      this.#leaveOut(`${prefix}.running_var`, [channels]);
    }
    this.#leaveOut(`${prefix}.num_batches_tracked`, []);
  }

  #channels(node: Convolution): number {
    const kernel = this.#shapes.get(node.kernel)!;
    return node.op === "conv" ? kernel[3]! : kernel[2]!;
  }

  async #take(name: string, weight: string, order?: readonly number[]): Promise<void> {
    const shape = this.#shapes.get(weight)!;
    const expected = order ? shape.map((_, axis) => shape[order.indexOf(axis)]!) : shape;
    this.#expect(name, expected);
    this.#weights.set(weight, {
      shape,
      data: finite(await this.#dict.read(name, order), name, this.#complain),
    });
    this.#unused.delete(name);
  }

  #leaveOut(name: string, expected: readonly number[]): void {
    if (this.#dict.tensors.has(name)) this.#expect(name, expected);
    this.#unused.delete(name);
  }

  #expect(name: string, expected: readonly number[]): void {
    const found = this.#dict.tensors.get(name)?.shape;
    if (found && String(found) === String(expected) && found.length === expected.length) return;
    throw this.#complain(
      "tensor_mismatch",
      `does not fit ${this.#spec.name}: tensor "${name}" should be [${expected}] and is ${found ? `[${found}]` : "missing"}.`,
    );
  }
}

function finite(values: Float32Array, name: string, complain: Complain): Float32Array {
  if (values.every(Number.isFinite)) return values;
  throw complain("tensor_mismatch", `has values in "${name}" that are not finite; the network is broken.`);
}

/** The configuration is only checked: the tensors' own shapes say the same, layer by layer. */
function assertConfiguration(spec: NetworkSpec, text: string, complain: Complain): void {
  const misfit = firstMisfit(spec, text, false);
  if (misfit === undefined || firstMisfit(spec, text, true) === undefined) return;
  throw complain("tensor_mismatch", `does not follow the channel configuration ${text}: ${misfit}.`);
}

function firstMisfit(spec: NetworkSpec, text: string, legacy: boolean): string | undefined {
  const shapes = new Map(weightShapes(spec).map(({ name, shape }) => [name, shape]));
  const blocks = spec.nodes.filter(({ op }) => op === "add").length;
  const widths = parseChannelConfiguration(text, { blocks, legacy });
  const expected: [string, number][] = [
    ["stem", widths.stem],
    ["down1", widths.down1],
    ["down2", widths.down2],
    ...widths.blocks.map((width, index): [string, number] => [`block${index + 1}/conv1/pointwise`, width]),
    ["up1", widths.up1],
    ["up2", widths.up2],
  ];
  for (const [id, width] of expected) {
    const kernel = shapes.get(`${id}/kernel`);
    const found = id.startsWith("up") ? kernel?.[2] : kernel?.[3];
    if (found === width) continue;
    const name = `${referencePlaces(spec)?.get(id)?.conv ?? id}.weight`;
    return `"${name}" should make ${width} channels and makes ${found ?? "none, as it is missing"}`;
  }
  return undefined;
}
