import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import { UnpairedError } from "@unpaired/core";
import { modelListSchema } from "@unpaired/core/contracts";
import { parseServeOptions, serveHelp } from "./parse-serve-options.ts";
import { ServeError } from "./serve-error.ts";
import { startServer } from "./start-server.ts";

/** What the command talks to. */
export interface ServeTerminal {
  readonly workingDirectory: string;
  write(line: string): void;
  writeError(line: string): void;
  /** Resolves when the user wants it to end. */
  untilStopped(): Promise<void>;
}

/**
 * `pnpm serve`: runs the service until it is told to stop.
 *
 * @returns the exit code: 0, or 2 after one sentence that says what to change
 */
export async function serve(args: readonly string[], terminal: ServeTerminal): Promise<number> {
  try {
    const options = parseServeOptions(args, terminal.workingDirectory);
    if (options.help) {
      terminal.write(serveHelp);
      return 0;
    }
    await assertModels(options.registryDirectory);
    const stopped = terminal.untilStopped();
    const server = await startServer({ ...options, log: terminal.write });
    await announce(server.url, terminal);
    await stopped;
    await server.close();
    terminal.write("Stopped.");
    return 0;
  } catch (error) {
    if (!(error instanceof UnpairedError)) throw error;
    terminal.writeError(error.message);
    return 2;
  }
}

async function announce(url: string, terminal: ServeTerminal): Promise<void> {
  const response = await fetch(`${url}/models`);
  const { models } = modelListSchema.parse(await response.json());
  terminal.write(`Serving ${url} (open it in a browser; Ctrl-C stops it)`);
  for (const { id, version, input, domains } of models) {
    terminal.write(`  ${id}  ${domains.from} → ${domains.to}, ${input.sizePixels} px, version ${version}`);
  }
  if (models.length === 0) terminal.write("  No model can be read; publish one anew.");
}

async function assertModels(registryDirectory: string): Promise<void> {
  const folder = join(registryDirectory, "models");
  const ids = await readdir(folder).catch(() => []);
  const published = await Promise.all(
    ids.map((id) =>
      access(join(folder, id, "latest.json")).then(
        () => true,
        () => false,
      ),
    ),
  );
  if (published.includes(true)) return;
  throw new ServeError(
    "registry_empty",
    `No model is published in ${registryDirectory}; run \`pnpm start\` or \`pnpm --filter trainer start\` first, or name another folder with --registry.`,
  );
}
