import { type CliContext, runCli } from "@unpaired/trainer";

/**
 * Runs the trainer's command line inside a folder and fails with what it said unless it ends with exit code 0.
 *
 * @returns what it said
 */
export async function trainer(directory: string, ...args: string[]): Promise<string> {
  const said: string[] = [];
  const context: CliContext = {
    directory,
    signal: new AbortController().signal,
    now: () => new Date("2026-01-02T03:04:05.678Z"),
    print: (text) => void said.push(text),
    warn: (text) => void said.push(text),
    progress: { isTerminal: false, columns: 80, write: () => {}, nowMs: () => performance.now() },
  };
  const code = await runCli(args, context);
  if (code !== 0) throw new Error(`trainer ${args.join(" ")} ended with ${code}:\n${said.join("\n")}`);
  return said.join("\n");
}
