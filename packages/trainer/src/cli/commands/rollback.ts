import { pointerLifetimeMs } from "@unpaired/core/contracts";
import type { Command } from "commander";
import { rollBack } from "../../publish/rollback.ts";
import type { CliContext } from "../context.ts";
import { addRegistryOptions, type RegistryChoice, registryOf } from "../registry-options.ts";

interface RollbackCommandOptions extends RegistryChoice {
  readonly toVersion?: string;
  readonly verify?: boolean;
  readonly dryRun?: boolean;
}

/** `trainer rollback MODEL`. */
export function addRollbackCommand(program: Command, context: CliContext): void {
  const command = program
    .command("rollback")
    .description("gives readers an earlier version of a model, or any other that is published")
    .argument("<model>", "the model's id: summer2winter");
  addRegistryOptions(command, "registry")
    .option("--to-version <version>", "which one (the one before the current one)")
    .option("--verify", "read every file of it and compare hashes, instead of sizes alone")
    .option("--dry-run", "check, say what would be done, and write nothing")
    .action(async (id: string, { toVersion, verify, dryRun, ...choice }: RollbackCommandOptions) => {
      const registry = registryOf(choice, context);
      const done = await rollBack({ registry, id, toVersion, verify, dryRun, signal: context.signal });
      const { from = "nothing readable", to, changed, filesBytes } = done;
      const checked = `${Math.ceil(filesBytes / 1024)} KiB, ${verify ? "every hash compared" : "every size compared"}`;
      if (!changed) context.print(`${id} in ${registry.name} is at ${to} already (${checked}).`);
      else if (dryRun) context.print(`${id} would go ${from} → ${to} (${checked}); nothing was written.`);
      else {
        context.print(`${id}: ${from} → ${to} in ${registry.name} (${checked}).`);
        context.print(`Running Workers follow within about ${pointerLifetimeMs / 1000} seconds.`);
      }
    });
}
