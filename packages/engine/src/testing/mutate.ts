import type { Random } from "@unpaired/core";
import type { ModelFiles } from "../session-types.ts";
import { mutateBytes, mutateShards } from "./mutations/mutate-bytes.ts";
import { GRAPH_MUTATIONS, pick } from "./mutations/mutate-graph.ts";
import { mutateJson } from "./mutations/mutate-json.ts";
import { WEIGHT_MUTATIONS } from "./mutations/mutate-weights.ts";
import { closeModel, type OpenModel, openModel } from "./mutations/open-model.ts";

/** What {@link mutate} can do, by kind; the more often a kind stands here, the more often it is drawn. */
const KINDS = [
  ...Array<"graph">(8).fill("graph"),
  ...Array<"weights">(4).fill("weights"),
  ...(["json", "json", "shards", "bytes"] as const),
];

/** A mutant and what was done to make it, in order. */
export interface Mutant {
  readonly files: ModelFiles;
  readonly done: readonly string[];
}

/**
 * A copy of a model with one or two things changed: its graph, its weights, its document anywhere, its shards, or its text;
 * nodes may come from `donor`.
 */
export function mutate(files: ModelFiles, donor: ModelFiles, random: Random): Mutant {
  let mutated = files;
  const done: string[] = [];
  for (let times = 1 + random.integer(2); times > 0; times--) {
    const kind = pick(KINDS, random)!;
    switch (kind) {
      case "graph":
      case "weights": {
        const mutations: Readonly<Record<string, Change>> =
          kind === "graph" ? GRAPH_MUTATIONS : WEIGHT_MUTATIONS;
        const name = pick(Object.keys(mutations), random)!;
        mutated = changeParts(mutated, donor, random, mutations[name]!);
        done.push(`${kind} ${name}`);
        break;
      }
      case "json":
        mutated = mutateJson(mutated, random);
        done.push(kind);
        break;
      case "shards":
        mutated = { ...mutated, weights: mutateShards(mutated.weights, random) };
        done.push(kind);
        break;
      case "bytes":
        mutated = { ...mutated, model: mutateBytes(mutated.model, random) };
        done.push(kind);
    }
  }
  return { files: mutated, done };
}

type Change = (model: OpenModel, random: Random, donor: () => OpenModel) => void;

function changeParts(files: ModelFiles, donor: ModelFiles, random: Random, change: Change): ModelFiles {
  const model = openModel(files);
  if (!model || model.nodes.length === 0) return files;
  change(model, random, () => openModel(donor)!);
  return closeModel(model, random.integer(4) === 0 ? random.integer(500) : undefined);
}
