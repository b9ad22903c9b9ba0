import { spawn } from "node:child_process";

/** How a program ended. */
export interface ProgramEnd {
  /** Exit code, or undefined where the program could not be started or was killed. */
  readonly code: number | undefined;
  /** Set where the program could not be started, such as `ENOENT`. */
  readonly failure?: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@link runProgram}. */
export interface RunOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly directory?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Called with every piece of standard output or error. */
  readonly onOutput?: (text: string) => void;
}

/** What is kept of each stream: the end, where programs say why they failed. */
const KEPT_CHARACTERS = 100_000;

/** Runs a program to its end; never rejects except when it is interrupted. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { environment, directory, signal, timeoutMs, onOutput }: RunOptions = {},
): Promise<ProgramEnd> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      cwd: directory,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: timeoutMs,
      signal,
    });
    const kept = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8");
      child[name].on("data", (text: string) => {
        kept[name] = (kept[name] + text).slice(-KEPT_CHARACTERS);
        onOutput?.(text);
      });
    }
    let failure: string | undefined;
    child.on("error", (error: NodeJS.ErrnoException) => {
      failure = error.code ?? error.message;
      // A program that never started has no end to wait for.
      if (child.pid === undefined) resolve({ code: undefined, failure, ...kept });
    });
    child.on("close", (code) => {
      if (signal?.aborted) reject(signal.reason);
      else resolve({ code: code ?? undefined, ...(failure !== undefined && { failure }), ...kept });
    });
  });
}
