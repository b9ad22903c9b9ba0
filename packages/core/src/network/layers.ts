import { type ActivationNode, INPUT, type NetworkNode, type NetworkSpec, type Padding } from "./spec.ts";

interface ConvOptions {
  readonly size: number;
  readonly stride?: 1 | 2;
  readonly padding: Padding;
  readonly bias?: boolean;
}

/** Writes a network's node list layer by layer; every method returns the id of the node it added. */
export class Layers {
  readonly input = INPUT;
  readonly #nodes: NetworkNode[] = [];

  conv(input: string, id: string, options: ConvOptions & { readonly filters: number }): string {
    const { filters, size, stride = 1, padding, bias = false } = options;
    return this.#add({
      op: "conv",
      id,
      inputs: [input],
      filters,
      size,
      stride,
      padding,
      ...weightNames(id, bias),
    });
  }

  depthwiseConv(input: string, id: string, { size, stride = 1, padding, bias = false }: ConvOptions): string {
    return this.#add({
      op: "depthwiseConv",
      id,
      inputs: [input],
      size,
      stride,
      padding,
      ...weightNames(id, bias),
    });
  }

  /** The reference's up-sampling layer: 3×3, stride 2, padding 1, output padding 1, which doubles both sides. */
  transposedConv(
    input: string,
    id: string,
    { filters, bias = false }: { filters: number; bias?: boolean },
  ): string {
    const geometry = { size: 3, stride: 2, padding: 1, outputPadding: 1 } as const;
    return this.#add({
      op: "transposedConv",
      id,
      inputs: [input],
      filters,
      ...geometry,
      ...weightNames(id, bias),
    });
  }

  resize(input: string, id: string, scale: number): string {
    return this.#add({ op: "resize", id, inputs: [input], scale });
  }

  instanceNorm(input: string): string {
    return this.#add({ op: "norm", id: `${input}/norm`, inputs: [input], kind: "instance", epsilon: 1e-5 });
  }

  activation(input: string, kind: ActivationNode["kind"], slope?: number): string {
    const node = { op: "activation", id: `${input}/${kind}`, inputs: [input], kind } as const;
    return this.#add(slope === undefined ? node : { ...node, slope });
  }

  add(first: string, second: string, id: string): string {
    return this.#add({ op: "add", id, inputs: [first, second] });
  }

  dropout(input: string, rate: number): string {
    return this.#add({ op: "dropout", id: `${input}/dropout`, inputs: [input], rate });
  }

  /** The finished description, whose output is the last node added. */
  finish(spec: Omit<NetworkSpec, "nodes" | "output">): NetworkSpec {
    return { ...spec, nodes: this.#nodes, output: this.#nodes.at(-1)?.id ?? INPUT };
  }

  #add(node: NetworkNode): string {
    this.#nodes.push(node);
    return node.id;
  }
}

function weightNames(id: string, bias: boolean): { kernel: string; bias?: string } {
  return bias ? { kernel: `${id}/kernel`, bias: `${id}/bias` } : { kernel: `${id}/kernel` };
}
