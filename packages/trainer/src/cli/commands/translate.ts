import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { type MachineChoice, openMachine } from "../../backend/select.ts";
import { readTrainedModel } from "../../models/read-model.ts";
import { type DirectionName, modelId, selectDirection, translatingPart } from "../../models/trained-model.ts";
import { createTranslator } from "../../translate/run-translator.ts";
import { translateFile } from "../../translate/translate-file.ts";
import { translateFolder } from "../../translate/translate-folder.ts";
import type { CliContext } from "../context.ts";
import { addMachineOptions, integerIn } from "../options.ts";
import { createProgress, type Progress } from "../progress.ts";

interface TranslateOptions extends MachineChoice {
  readonly direction?: DirectionName;
  readonly out: string;
  readonly size?: number;
}

/** `trainer translate MODEL IMAGE`. */
export function addTranslateCommand(program: Command, context: CliContext): void {
  const command = program
    .command("translate")
    .description("translates a picture, or a folder of them, with a trained model's float weights")
    .argument("<model>", "a run's folder, or an imported model's")
    .argument("<image>", "a JPEG, PNG or WebP file, or a folder of such")
    .addOption(directionOption())
    .option(
      "--size <pixels>",
      "side the shorter side is fitted to (the model's own size)",
      integerIn(16, 2048),
    )
    .requiredOption("--out <path>", "the translated picture (.png, .jpg, .webp), or the folder for a folder");
  addMachineOptions(command).action(async (modelFolder: string, image: string, options: TranslateOptions) => {
    const model = await readTrainedModel(resolve(context.directory, modelFolder));
    const direction = selectDirection(model, options.direction);
    await openMachine(options);
    const { part, multipleOf } = translatingPart(direction);
    const translator = createTranslator(part);
    const job = {
      translator,
      input: resolve(context.directory, image),
      output: resolve(context.directory, options.out),
      sizePixels: options.size ?? model.sizePixels,
      multipleOf,
    };
    try {
      const outcome = (await isFolder(job.input))
        ? await translateAll(job, context)
        : await translateOne(job);
      context.print(`${modelId(direction)}: ${job.output} (${outcome})`);
    } finally {
      translator.dispose();
    }
  });
}

/** Which way; a model with one direction needs no saying. */
export function directionOption(): Option {
  return new Option("--direction <which>", "which way (a2b, or the only one there is)").choices([
    "a2b",
    "b2a",
  ]);
}

async function translateOne(job: Parameters<typeof translateFile>[0]): Promise<string> {
  const { width, height } = await translateFile(job);
  return `${width}×${height}`;
}

async function translateAll(
  job: Parameters<typeof translateFile>[0],
  { signal, warn, progress: target }: CliContext,
): Promise<string> {
  let progress: Progress | undefined;
  const count = await translateFolder({
    ...job,
    signal,
    onProgress: (done, total) => {
      progress ??= createProgress({ label: "Translating", total, unit: "pictures", target });
      progress.update(done);
    },
    onUnusable: ({ message }) => warn(`trainer: ${message}`),
  });
  progress?.finish();
  return `${count} ${count === 1 ? "picture" : "pictures"}`;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}
