import type { ModelFiles } from "../../session-types.ts";
import { jsonOf, withJson } from "../graph-files.ts";
import { concatenate } from "./mutate-bytes.ts";

/** A node as `model.json` writes it. */
export interface OpenNode {
  name: string;
  op: string;
  input: string[];
  attr: Record<string, Record<string, unknown>>;
}

/** A weight's entry in the manifest and its bytes. */
export interface OpenWeight {
  entry: { name: string; shape: number[]; dtype: string; quantization?: Record<string, unknown> };
  bytes: Uint8Array;
}

/** A model taken apart, so that a mutation can change one part and leave the others consistent with it. */
export interface OpenModel {
  readonly json: Record<string, unknown>;
  readonly nodes: OpenNode[];
  readonly groups: OpenWeight[][];
}

const BYTES_PER_VALUE: Readonly<Record<string, number>> = { uint8: 1, uint16: 2, float16: 2 };

/** Bytes a weight of an entry takes; not a number for one that makes no sense. */
export function weightBytes({ shape, quantization }: OpenWeight["entry"]): number {
  const length = shape.reduce((product, side) => product * side, 1);
  return length * (BYTES_PER_VALUE[String(quantization?.dtype)] ?? 4);
}

/** Takes a model apart; undefined when an earlier mutation left too little of it. */
export function openModel(files: ModelFiles): OpenModel | undefined {
  try {
    const json = jsonOf(files);
    const nodes = json.modelTopology.node.map(openNode);
    let nextShard = 0;
    const groups = json.weightsManifest.map(
      ({ paths, weights }: { paths: string[]; weights: OpenWeight["entry"][] }) => {
        const shards = files.weights.slice(nextShard, nextShard + paths.length);
        nextShard += paths.length;
        const bytes = concatenate(...shards);
        let offset = 0;
        return weights.map((entry): OpenWeight => {
          const begin = offset;
          offset += weightBytes(entry);
          return { entry, bytes: bytes.slice(begin, offset) };
        });
      },
    );
    return { json, nodes, groups };
  } catch {
    return undefined;
  }
}

function openNode({ name, op, input = [], attr = {} }: OpenNode): OpenNode {
  const texts: unknown[] = [name, op, ...input];
  if (!texts.every((value) => typeof value === "string")) throw new TypeError("A node is damaged.");
  return { name, op, input, attr: { ...attr } };
}

/** The files of a model taken apart: a group's bytes are whatever its weights' are, in one shard or, cut at `cut`, in two. */
export function closeModel({ json, nodes, groups }: OpenModel, cut?: number): ModelFiles {
  const shards: Uint8Array[] = [];
  const weightsManifest = groups.map((weights, index) => {
    const bytes = concatenate(...weights.map((weight) => weight.bytes));
    const parts = cut === undefined ? [bytes] : [bytes.slice(0, cut), bytes.slice(cut)];
    shards.push(...parts);
    return {
      paths: parts.map((_, part) => `group${index}-${part}.bin`),
      weights: weights.map(({ entry }) => entry),
    };
  });
  const topology = { ...(json.modelTopology as object), node: nodes };
  return withJson({ ...json, modelTopology: topology, weightsManifest }, shards);
}
