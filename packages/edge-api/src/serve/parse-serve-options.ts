import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ServeError } from "./serve-error.ts";

/** Options of `pnpm serve`. */
export interface ServeOptions {
  readonly registryDirectory: string;
  readonly port: number;
  readonly host: string;
  readonly help: boolean;
}

export const serveHelp = `Usage: pnpm serve [options]

Runs the translation service on this machine over a registry of published models.

  --registry DIR   folder the models are published in (default: registry/ in the repository)
  --port N         port to listen on, 0 for any free one (default: 8787)
  --host HOST      address to listen on (default: 127.0.0.1; 0.0.0.0 lets other machines in)
  --help           this text`;

/**
 * @param workingDirectory what a relative `--registry` is relative to
 * @throws ServeError `invalid_option`
 */
export function parseServeOptions(args: readonly string[], workingDirectory: string): ServeOptions {
  const { registry, port, host, help } = parse(args);
  const portNumber = Number(port);
  if (port.trim() === "" || !Number.isInteger(portNumber) || portNumber < 0 || portNumber > 65_535) {
    throw new ServeError("invalid_option", `--port is "${port}"; give a number from 0 to 65535.`);
  }
  return {
    registryDirectory:
      registry === undefined
        ? fileURLToPath(new URL("../../../../registry", import.meta.url))
        : resolve(workingDirectory, registry),
    port: portNumber,
    host,
    help,
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        registry: { type: "string" },
        port: { type: "string", default: "8787" },
        host: { type: "string", default: "127.0.0.1" },
        help: { type: "boolean", default: false },
      },
    });
    return values;
  } catch (cause) {
    // Node's own sentence goes on to explain itself.
    const [reason] = (cause as Error).message.split(". ");
    throw new ServeError("invalid_option", `${reason}; --help lists the options.`, cause);
  }
}
