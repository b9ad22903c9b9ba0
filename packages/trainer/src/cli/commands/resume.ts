import { resolve } from "node:path";
import type { Command } from "commander";
import { type MachineChoice, openMachine } from "../../backend/select.ts";
import { peekExtra } from "../../checkpoint/checkpoint.ts";
import { readRunConfig, runPaths } from "../../run/run-directory.ts";
import { reopenRun } from "../../run/start-run.ts";
import { readResumeRecord } from "../../training/resume-record.ts";
import type { CliContext } from "../context.ts";
import { addMachineOptions } from "../options.ts";
import { trainWithProgress } from "../train-with-progress.ts";

/** `trainer resume RUN`. */
export function addResumeCommand(program: Command, context: CliContext): void {
  const command = program
    .command("resume")
    .description(
      "goes on with a run from its last checkpoint, as if it had never stopped, on the backend it was trained on",
    )
    .argument("<run>", "the run's folder");
  addMachineOptions(command).action(async (run: string, choice: MachineChoice) => {
    const runDirectory = resolve(context.directory, run);
    const config = await readRunConfig(runDirectory);
    const machine = await openMachine(await sameBackend(choice, runDirectory));
    const opened = await reopenRun({ config, runDirectory });
    await trainWithProgress({ ...opened, config, runDirectory, machine, context, resume: true });
  });
}

/** Only the backend a run was trained on goes on with it bit for bit, so that one is taken unless another is named. */
async function sameBackend(choice: MachineChoice, runDirectory: string): Promise<MachineChoice> {
  if (choice.backend !== "auto") return choice;
  const { backend = choice.backend } = readResumeRecord(await peekExtra(runPaths(runDirectory).checkpoints));
  return { ...choice, backend };
}
