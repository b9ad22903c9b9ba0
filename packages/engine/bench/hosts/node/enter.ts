import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ImageTensor } from "../../../src/session-types.ts";
import type { Enter, HeldMemory } from "../entrant.ts";
import type { Answer, Command } from "./messages.ts";

const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));

/** Runs a contestant in a Node process of its own. */
export const enterNode: Enter = async (contestant, folder) => {
  const child = fork(CHILD, [contestant, folder], {
    execArgv: [
      "--expose-gc",
      // The collection before the model is read may throw code away: in two processes of nine the engine's float kernels ran
      // at a third of their speed from then on, in none of twelve with this, nor of forty that asked for no collection.
      "--no-flush-bytecode",
      "--experimental-strip-types",
      "--disable-warning=ExperimentalWarning",
    ],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let complaint = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-2_000);
  });
  const exited = once(child, "exit");

  async function ask(command: Command): Promise<unknown> {
    const answered = once(child, "message", { signal: AbortSignal.timeout(ANSWER_MS) }) as Promise<[Answer]>;
    child.send(command);
    const outcome = await Promise.race([answered, exited.then(() => undefined)]);
    // Nobody waits for it any more, so it must not count as unhandled.
    answered.catch(() => {});
    if (!outcome) throw new Error(`its process ended: ${complaint.trim().split("\n").at(-1) ?? ""}`);
    const [answer] = outcome;
    if ("failure" in answer) throw new Error(answer.failure);
    return answer.value;
  }

  return {
    start: async () => (await ask("start")) as number,
    run: async () => (await ask("run")) as number,
    output: async () => (await ask("output")) as ImageTensor,
    memory: async () => (await ask("memory")) as HeldMemory,
    async close() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
};

/** Longest wait for an answer: a slow machine takes a minute for the largest model's first run. */
const ANSWER_MS = 600_000;
