import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What a contestant tells of some steps. */
export interface Turn {
  readonly timesMs: readonly number[];
  /** Processor time over all threads. */
  readonly cpuMs: number;
  /** Time of the steps spent waiting for their images. */
  readonly waitedMs?: number;
  readonly residentBytes?: number;
}

/** A program that trains when it is told to. */
export interface Contestant {
  readonly name: string;
  /** What it said of itself when it was ready. */
  readonly hello: Readonly<Record<string, unknown>>;
  train(steps: number): Promise<Turn>;
  stop(): void;
}

/**
 * Starts a contestant: a program that writes a line of JSON when it is ready, and one for each number of steps it reads.
 *
 * @throws Error with the last line of what it wrote to standard error, when it ends early
 */
export async function startContestant(
  name: string,
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Contestant> {
  const child: ChildProcess = spawn(program, [...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  let said = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-4000);
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const next = async (): Promise<Record<string, unknown>> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${name} ended: ${said.trim().split("\n").at(-1) ?? "no reason given"}`);
      // Libraries write lines of their own.
      if (value.startsWith("{")) return JSON.parse(value) as Record<string, unknown>;
    }
  };
  child.on("error", () => {});
  const hello = await next();
  return {
    name,
    hello,
    async train(steps) {
      child.stdin!.write(`${steps}\n`);
      return (await next()) as unknown as Turn;
    },
    stop: () => void child.stdin!.end(),
  };
}
