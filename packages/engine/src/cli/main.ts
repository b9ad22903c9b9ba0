#!/usr/bin/env node
import { runCli } from "./run-cli.ts";

// Whoever read the output has gone, as `| head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await runCli(process.argv.slice(2), {
  // Package managers start scripts in the package's folder; people mean the folder they stand in.
  directory: process.env.INIT_CWD ?? process.cwd(),
  nowMs: () => performance.now(),
  print: (text) => void process.stdout.write(`${text}\n`),
  warn: (text) => void process.stderr.write(`${text}\n`),
});
