import { type Command, Option } from "commander";
import { openRegistry } from "../publish/open-registry.ts";
import type { Registry } from "../publish/registry.ts";
import type { CliContext } from "./context.ts";

/** What {@link addRegistryOptions} adds. */
export interface RegistryChoice {
  readonly to?: string;
  readonly registry?: string;
  readonly endpoint?: string;
}

const DEFAULT_REGISTRY = "registry";

/** Adds the options that name a registry: `--to` where something goes into it, `--registry` elsewhere; each is taken for the other. */
export function addRegistryOptions(command: Command, shown: "to" | "registry"): Command {
  const place = (name: "to" | "registry") =>
    new Option(
      `--${name} <place>`,
      `r2://BUCKET[/PREFIX], s3://BUCKET[/PREFIX] or a folder (${DEFAULT_REGISTRY})`,
    );
  const other = shown === "to" ? "registry" : "to";
  return command
    .addOption(place(shown))
    .addOption(place(other).conflicts(shown).hideHelp())
    .option("--endpoint <url>", "the store's address, when the environment does not say")
    .addHelpText(
      "after",
      `
Credentials come from the environment alone: R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY, or AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. r2:// needs CLOUDFLARE_ACCOUNT_ID; s3:// needs AWS_REGION, or
AWS_ENDPOINT_URL_S3 for a store that is not Amazon's. docs/deploy.md has the steps.`,
    );
}

/** Opens the registry that a command line names. */
export function registryOf(
  { to, registry, endpoint }: RegistryChoice,
  { directory, environment = process.env }: CliContext,
): Registry {
  return openRegistry(to ?? registry ?? DEFAULT_REGISTRY, { directory, environment, endpoint });
}
