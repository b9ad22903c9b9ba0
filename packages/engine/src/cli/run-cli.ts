import { UnpairedError } from "@unpaired/core";
import { Command, CommanderError } from "commander";
import type { CliContext } from "./context.ts";
import { addExplainCommand } from "./explain.ts";

/**
 * Runs one command line.
 *
 * @returns the exit code: 0 done, 1 a model that cannot be read, planned or run, 2 a bad option or value
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  const program = new Command("engine")
    .description("Says how the engine runs a published model.")
    .showHelpAfterError("(add --help for all options)")
    .configureOutput({
      writeOut: (text) => context.print(text.trimEnd()),
      writeErr: (text) => context.warn(text.trimEnd()),
    })
    .exitOverride();
  addExplainCommand(program, context);
  try {
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UnpairedError) {
      context.warn(`engine: ${error.message}`);
      return 1;
    }
    throw error;
  }
}
