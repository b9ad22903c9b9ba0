import type { Enter } from "../entrant.ts";
import { decodeImage } from "../image-bytes.ts";
import { measureMemory } from "./measure-memory.ts";
import { parseAnswer, startWorker } from "./start-worker.ts";

/** Runs a contestant in a workerd process of its own. */
export const enterWorkerd: Enter = async (contestant, folder) => {
  const { miniflare, ask } = await startWorker(contestant, folder);
  const milliseconds = async (command: string) => parseAnswer<{ ms: number }>(await ask(command)).ms;
  return {
    start: () => milliseconds("start"),
    run: () => milliseconds("run"),
    output: async () => decodeImage(await ask("output")),
    // In another process: this one has been timed without an inspector, and has no baseline.
    memory: () => measureMemory(contestant, folder),
    close: () => miniflare.dispose(),
  };
};
