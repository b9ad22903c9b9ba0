import { UnpairedError } from "@unpaired/core";
import { Command, CommanderError } from "commander";
import { addDataCommand } from "./commands/data.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addEvaluateCommand } from "./commands/evaluate.ts";
import { addExportCommand } from "./commands/export.ts";
import { addFeaturesCommand } from "./commands/features.ts";
import { addImportCommand } from "./commands/import.ts";
import { addListCommand } from "./commands/list.ts";
import { addPublishCommand } from "./commands/publish.ts";
import { addRecipesCommand } from "./commands/recipes.ts";
import { addResumeCommand } from "./commands/resume.ts";
import { addRollbackCommand } from "./commands/rollback.ts";
import { addStartCommand } from "./commands/start.ts";
import { addStudyCommand } from "./commands/study.ts";
import { addTableCommand } from "./commands/table.ts";
import { addTensorflowCommand } from "./commands/tensorflow.ts";
import { addTrainCommand } from "./commands/train.ts";
import { addTrainSegmenterCommand } from "./commands/train-segmenter.ts";
import { addTranslateCommand } from "./commands/translate.ts";
import type { CliContext } from "./context.ts";

/** Codes of errors that no better command line would have avoided. */
const FAILURES: ReadonlySet<string> = new Set([
  "diverged",
  "not_finite",
  "disk_full",
  "not_writable",
  "clock_skew",
  "registry_failing",
  "registry_unreachable",
  "service_failing",
  "service_unreachable",
]);

/**
 * Runs one command line.
 *
 * @returns the exit code: 0 done, 1 failed, 2 a bad option, value or file
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  const program = new Command("trainer")
    .description(
      "Learns to translate between two unpaired folders of pictures and publishes what it learned.",
    )
    .showHelpAfterError("(add --help for all options)")
    .configureOutput({
      writeOut: (text) => context.print(text.trimEnd()),
      writeErr: (text) => context.warn(text.trimEnd()),
    })
    .exitOverride();
  for (const add of [
    addStartCommand,
    addRecipesCommand,
    addTrainCommand,
    addResumeCommand,
    addTranslateCommand,
    addEvaluateCommand,
    addTrainSegmenterCommand,
    addFeaturesCommand,
    addTableCommand,
    addImportCommand,
    addExportCommand,
    addPublishCommand,
    addRollbackCommand,
    addListCommand,
    addDataCommand,
    addStudyCommand,
    addDoctorCommand,
    addTensorflowCommand,
  ]) {
    add(program, context);
  }
  // Subcommands made before exitOverride do not inherit it.
  for (const command of [...program.commands, ...program.commands.flatMap((parent) => parent.commands)]) {
    command.copyInheritedSettings(program);
  }
  try {
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (context.signal.aborted && error === context.signal.reason) {
      context.warn("Stopped; what was finished stays, and the same command goes on from there.");
      return 0;
    }
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UnpairedError) {
      context.warn(`trainer: ${error.message}`);
      return FAILURES.has(error.code) ? 1 : 2;
    }
    throw error;
  }
}
