#!/usr/bin/env node
import { standardError } from "./progress.ts";
import { runCli } from "./run-cli.ts";

// A second Ctrl-C ends the process at once; the first lets the step finish and be saved.
const interruption = new AbortController();
process.once("SIGINT", () => interruption.abort());
process.once("SIGTERM", () => interruption.abort());
// Whoever read the output has gone, as `| head` does: a long job stops as if told to, and saves.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    interruption.abort();
  });
}

process.exitCode = await runCli(process.argv.slice(2), {
  // Package managers start scripts in the package's folder; people mean the folder they stand in.
  directory: process.env.INIT_CWD ?? process.cwd(),
  signal: interruption.signal,
  now: () => new Date(),
  print: (text) => void process.stdout.write(`${text}\n`),
  warn: (text) => void process.stderr.write(`${text}\n`),
  progress: standardError,
});
