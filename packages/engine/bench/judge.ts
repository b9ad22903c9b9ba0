import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import type { ImageTensor, ModelFiles } from "../src/session-types.ts";
import { loadStock, runStock } from "../src/testing/stock-tfjs.ts";
import type { BenchmarkFiles } from "./contestants/contestant.ts";
import { enterNode } from "./hosts/node/enter.ts";
import type { BenchmarkModel } from "./models.ts";
import { type Picture, readPicture } from "./picture.ts";
import { deviation } from "./statistics.ts";
import { writeModelFiles } from "./write-model-files.ts";

/** What a model should make of the picture, and who says so. */
export interface Verdict {
  readonly output: ImageTensor;
  readonly judge: string;
}

/** Side of the picture on which the `wasm` backend first has to agree with `cpu`, and how closely. */
const TRIAL_SIDE = 32;
const TRIAL_DIFFERENCE = 1e-3;

/** What is judged. */
export interface JudgeOptions {
  readonly model: BenchmarkModel;
  readonly files: BenchmarkFiles;
  readonly picture: Picture;
  /** Where files may be written. */
  readonly root: string;
  /** Whether the `cpu` backend judges; it takes minutes for a large model, and the `wasm` backend does instead. */
  readonly onCpu: boolean;
}

/**
 * The output the engine's is held against: stock tfjs's on the same published files.
 *
 * @throws Error when tfjs's backends disagree about the model
 */
export async function judge({ model, files, picture, root, onCpu }: JudgeOptions): Promise<Verdict> {
  if (onCpu) return { output: await runOnCpu(files.graphModel, picture.image), judge: "tfjs cpu" };
  const runOnWasm = async (image: ImageTensor) => {
    const folder = join(root, `${model.name}-${image.width}`);
    await writeModelFiles(folder, files, image);
    const entrant = await enterNode("tfjs", folder);
    try {
      await entrant.start();
      return await entrant.output();
    } finally {
      await entrant.close();
    }
  };
  const { image } = await readPicture(TRIAL_SIDE);
  const { largest } = deviation(
    (await runOnWasm(image)).data,
    (await runOnCpu(files.graphModel, image)).data,
  );
  if (!(largest <= TRIAL_DIFFERENCE)) {
    throw new Error(`tfjs's wasm and cpu backends differ by ${largest} on ${model.name}; neither can judge.`);
  }
  const agreement = `within ${largest.toExponential(0)} of cpu at ${TRIAL_SIDE}×${TRIAL_SIDE}`;
  return { output: await runOnWasm(picture.image), judge: `tfjs-wasm, ${agreement}` };
}

async function runOnCpu(files: ModelFiles, image: ImageTensor): Promise<ImageTensor> {
  await tf.setBackend("cpu");
  const model = await loadStock(files);
  const output = await runStock(model, image);
  model.dispose();
  return output;
}
