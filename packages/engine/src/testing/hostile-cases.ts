import { resnetGenerator } from "@unpaired/core";
import { expect, test } from "vitest";
import { EngineError } from "../errors.ts";
import { createSession } from "../index.ts";
import { readEngineBinaries } from "../node.ts";
import type { ModelFiles } from "../session-types.ts";
import {
  type JsonConstant,
  type JsonNode,
  jsonOf,
  weight,
  windowAttributes,
  withJson,
} from "./graph-files.ts";
import { noiseImage, publish } from "./models.ts";

/** A small model in order, to be damaged. */
export const generator = publish(resnetGenerator({ filters: 2, blocks: 1 }), { quantization: "uint8" });

/** `model.json` as a value. */
export type Json = ReturnType<typeof jsonOf>;

/** What is wrong with a model, the model, and what becomes of it: `ran`, or the code and message of its refusal. */
export type HostileCase = readonly [what: string, files: ModelFiles, expected: RegExp];

/** Makes a session of each model and runs it on 16×16 pixels, once with each arithmetic. */
export function testEach(cases: readonly HostileCase[]): void {
  test.each(cases)("%s", async (_, files, expected) => {
    for (const arithmetic of ["integer", "float"] as const) {
      expect(await outcome(files, arithmetic)).toMatch(expected);
    }
  });
}

async function outcome(files: ModelFiles, arithmetic: "integer" | "float"): Promise<string> {
  try {
    const binaries = await readEngineBinaries();
    const session = await createSession(files, { binaries, arithmetic, memoryBudgetBytes: 4 * 2 ** 20 });
    await session.run(noiseImage(16, 16));
    return "ran";
  } catch (error) {
    if (error instanceof EngineError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/** The model with its document changed. */
export function damaged(damage: (json: Json) => unknown): ModelFiles {
  const json = jsonOf(generator);
  damage(json);
  return withJson(json, generator.weights);
}

/** The model with `written` in place of `what` in the document's text, for text that no value stringifies to. */
export function spelled(what: string, written: string): ModelFiles {
  const source = new TextDecoder().decode(generator.model);
  if (!source.includes(what)) throw new Error(`The model does not hold ${what}.`);
  return { ...generator, model: new TextEncoder().encode(source.replace(what, written)) };
}

/** The first node of an op. */
export function nodeOf(json: Json, op: string): Json {
  return json.modelTopology.node.find((node: Json) => node.op === op);
}

export const kernel = weight(3, 3, 3, 3);

/** A node called `y`. */
export const one = (op: string, ...input: string[]): JsonNode => ({ name: "y", op, input });

/** A convolution called `conv`. */
export const conv = (attr: object = {}, input = ["input", "kernel"]): JsonNode => ({
  name: "conv",
  op: "Conv2D",
  input,
  attr: { ...windowAttributes(1, "SAME"), ...attr },
});

/** A float constant. */
export const floats = (shape: readonly number[], ...values: number[]): JsonConstant => ({
  shape,
  values: Float32Array.from(values),
});
