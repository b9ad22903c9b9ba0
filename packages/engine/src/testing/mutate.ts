import type { Random } from "@unpaired/core";
import type { ModelFiles } from "../session-types.ts";
import { jsonOf, withJson } from "./graph-files.ts";

const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    "",
    "x",
    "-1",
    "0",
    "2147483648",
    "99999999999999999999",
    [],
    {},
    [[]],
    "__proto__",
    "input:7",
  ],
  ...[-1, 0, 0.5, 1, 2, 3, 7, 64, 2 ** 24, 2 ** 31, 2 ** 53, -(2 ** 31), 1e308, 1e-308],
];
const OPS = [
  "Relu",
  "Mul",
  "AddV2",
  "Const",
  "Shape",
  "Slice",
  "ConcatV2",
  "Identity",
  "Mean",
  "Conv2D",
  "MirrorPad",
];

/** A copy of a model with one to three things wrong with it, in `model.json`, its text or its shards. */
export function mutate(files: ModelFiles, random: Random): ModelFiles {
  let mutated = files;
  for (let times = 1 + random.integer(3); times > 0; times--) {
    const draw = random.integer(10);
    if (draw < 6) mutated = mutateJson(mutated, random);
    else if (draw < 8) mutated = { ...mutated, weights: mutateShards(mutated.weights, random) };
    else mutated = { ...mutated, model: mutateBytes(mutated.model, random) };
  }
  return mutated;
}

/** Changes the document at one place, wherever the walk down from its root ends. */
function mutateJson(files: ModelFiles, random: Random): ModelFiles {
  let json: unknown;
  try {
    json = jsonOf(files);
  } catch {
    return files;
  }
  let parent = json;
  for (;;) {
    if (typeof parent !== "object" || parent === null) break;
    const keys = Object.keys(parent);
    if (keys.length === 0) break;
    const key = keys[random.integer(keys.length)]!;
    const child = (parent as Record<string, unknown>)[key];
    const leaf = typeof child !== "object" || child === null;
    if (leaf || random.integer(8) === 0) {
      change(parent as Record<string, unknown>, key, random);
      break;
    }
    parent = child;
  }
  return withJson(json, files.weights);
}

function change(parent: Record<string, unknown>, key: string, random: Random): void {
  const value = parent[key];
  switch (random.integer(6)) {
    case 0:
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
      break;
    case 1:
      if (Array.isArray(parent)) parent.splice(Number(key), 0, structuredClone(value));
      else parent[`${key}2`] = value;
      break;
    case 2: {
      const keys = Object.keys(parent);
      parent[key] = structuredClone(parent[keys[random.integer(keys.length)]!]);
      break;
    }
    case 3:
      parent[key] = key === "op" ? OPS[random.integer(OPS.length)] : nudge(value, random);
      break;
    default:
      parent[key] = structuredClone(VALUES[random.integer(VALUES.length)]);
  }
}

/** A value of the same kind, close by. */
function nudge(value: unknown, random: Random): unknown {
  const step = random.integer(5) - 2;
  if (typeof value === "number") return value + step;
  if (typeof value === "string" && /^-?\d+$/.test(value)) return String(Number(value) + step);
  if (typeof value === "boolean") return !value;
  return value;
}

function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.integer(bytes.length + 1);
  const length = random.integer(16);
  const noise = Uint8Array.from({ length }, () => random.integer(256));
  switch (random.integer(4)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return Uint8Array.of(...bytes.slice(0, at), ...noise, ...bytes.slice(at));
    case 2:
      return Uint8Array.of(...bytes.slice(0, at), ...bytes.slice(at + length));
    default: {
      const copy = bytes.slice();
      copy.set(noise.subarray(0, Math.max(0, bytes.length - at)), at);
      return copy;
    }
  }
}

function mutateShards(weights: readonly Uint8Array[], random: Random): readonly Uint8Array[] {
  const at = random.integer(weights.length);
  switch (random.integer(5)) {
    case 0:
      return weights.toSpliced(at, 1);
    case 1:
      return weights.toSpliced(at, 0, new Uint8Array(random.integer(9)));
    case 2:
      return weights.toReversed();
    case 3: {
      // Exponents of all ones are what NaN and infinity are made of.
      const copy = weights[at]?.slice() ?? new Uint8Array();
      copy.fill(0xff, random.integer(copy.length + 1));
      return weights.length === 0 ? weights : weights.with(at, copy);
    }
    default:
      return weights.length === 0 ? weights : weights.with(at, mutateBytes(weights[at]!, random));
  }
}
