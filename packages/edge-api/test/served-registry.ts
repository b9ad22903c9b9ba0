import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningServer, type StartServerOptions, startServer } from "../src/serve/index.ts";

/** A registry directory of its own and the Worker serving it; `await using` ends both. */
export interface ServedRegistry extends RunningServer, AsyncDisposable {
  readonly directory: string;
}

/** @param publish fills the directory before the Worker starts */
export async function serveRegistry(
  publish: (directory: string) => Promise<unknown>,
  options: Omit<StartServerOptions, "registryDirectory"> = {},
): Promise<ServedRegistry> {
  const directory = await mkdtemp(join(tmpdir(), "unpaired-registry-"));
  await publish(directory);
  const server = await startServer({ ...options, registryDirectory: directory });
  const close = async () => {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  };
  return { ...server, directory, close, [Symbol.asyncDispose]: close };
}
