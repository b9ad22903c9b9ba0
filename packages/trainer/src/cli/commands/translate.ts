import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { type BackendName, selectBackend } from "../../backend/select.ts";
import { ConfigError } from "../../errors.ts";
import { modelId } from "../../publish/publish-run.ts";
import { readRunConfig } from "../../run/run-directory.ts";
import { createFloatTranslator, readTrainedRun } from "../../translate/run-translator.ts";
import { translateFile } from "../../translate/translate-file.ts";
import type { CliContext } from "../context.ts";
import { addMachineOptions, integerIn } from "../options.ts";

interface TranslateOptions {
  readonly direction: "a2b" | "b2a";
  readonly out: string;
  readonly size?: number;
  readonly backend: BackendName;
}

/** `trainer translate RUN IMAGE`. */
export function addTranslateCommand(program: Command, { directory, print }: CliContext): void {
  const command = program
    .command("translate")
    .description("translates one picture with a run's newest weights")
    .argument("<run>", "the run's folder")
    .argument("<image>", "a JPEG, PNG or WebP file")
    .addOption(new Option("--direction <which>", "which way").choices(["a2b", "b2a"]).default("a2b"))
    .option("--size <pixels>", "side the shorter side is fitted to (the run's own size)", integerIn(16, 2048))
    .requiredOption("--out <file>", "where the translated picture goes (.png, .jpg, .webp)");
  addMachineOptions(command).action(async (run: string, image: string, options: TranslateOptions) => {
    const runDirectory = resolve(directory, run);
    const config = await readRunConfig(runDirectory);
    await selectBackend(options.backend);
    const trained = await readTrainedRun(runDirectory);
    const from = options.direction === "a2b" ? "A" : "B";
    const direction = trained.directions.find((candidate) => candidate.from === from);
    if (!direction) {
      throw new ConfigError(`${config.method} does not translate ${options.direction}.`, {
        code: "invalid_config",
      });
    }
    const translator = createFloatTranslator(direction);
    try {
      const { width, height } = await translateFile({
        translator,
        input: resolve(directory, image),
        output: resolve(directory, options.out),
        sizePixels: options.size ?? config.data.cropSizePixels,
        multipleOf: direction.spec.multipleOf,
      });
      print(`${modelId(config, direction)}: ${resolve(directory, options.out)} (${width}×${height})`);
    } finally {
      translator.dispose();
    }
  });
}
