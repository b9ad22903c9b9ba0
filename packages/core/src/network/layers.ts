import {
  type ActivationNode,
  INPUT,
  type NetworkNode,
  type NetworkSpec,
  type NormKind,
  type Padding,
} from "./spec.ts";

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

  /** An up-sampling layer that doubles both sides: 3×3 as the ResNets have it, or 4×4 as the U-Nets do. */
  transposedConv(
    input: string,
    id: string,
    { filters, size = 3, bias = false }: { filters: number; size?: 3 | 4; bias?: boolean },
  ): string {
    return this.#add({
      op: "transposedConv",
      id,
      inputs: [input],
      filters,
      size,
      stride: 2,
      padding: 1,
      outputPadding: size === 3 ? 1 : 0,
      ...weightNames(id, bias),
    });
  }

  resize(input: string, id: string, scale: number): string {
    return this.#add({ op: "resize", id, inputs: [input], scale });
  }

  /** Normalises; `none` adds nothing and returns the input's id. */
  norm(input: string, kind: NormKind): string {
    if (kind === "none") return input;
    const id = `${input}/norm`;
    const node = { op: "norm", id, inputs: [input], epsilon: 1e-5 } as const;
    return kind === "instance"
      ? this.#add({ ...node, kind })
      : this.#add({
          ...node,
          kind,
          scale: `${id}/scale`,
          shift: `${id}/shift`,
          mean: `${id}/mean`,
          variance: `${id}/variance`,
        });
  }

  activation(input: string, kind: ActivationNode["kind"], slope?: number): string {
    const node = { op: "activation", id: `${input}/${kind}`, inputs: [input], kind } as const;
    return this.#add(slope === undefined ? node : { ...node, slope });
  }

  add(first: string, second: string, id: string): string {
    return this.#add({ op: "add", id, inputs: [first, second] });
  }

  concat(first: string, second: string, id: string): string {
    return this.#add({ op: "concat", id, inputs: [first, second] });
  }

  /** Inverted dropout; a rate of 0 adds nothing and returns the input's id. */
  dropout(input: string, rate: number): string {
    if (rate === 0) return input;
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
