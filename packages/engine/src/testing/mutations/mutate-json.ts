import type { Random } from "@unpaired/core";
import type { ModelFiles } from "../../session-types.ts";
import { jsonOf, withJson } from "../graph-files.ts";

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

/** Changes the document at one place, wherever the walk down from its root ends. */
export function mutateJson(files: ModelFiles, random: Random): ModelFiles {
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
