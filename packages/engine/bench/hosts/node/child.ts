/** The process one contestant runs in: `node --expose-gc child.ts CONTESTANT FOLDER`, commands arrive as messages. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { ContestantName } from "../../contestants/contestant.ts";
import { IMAGE_FILE, readModelFiles } from "../../model-files.ts";
import type { HeldMemory } from "../entrant.ts";
import { decodeImage } from "../image-bytes.ts";
import { createSubject, type Subject } from "../subject.ts";
import { nodeContestants } from "./contestants.ts";
import type { Answer, Command } from "./messages.ts";

const [contestant, folder] = process.argv.slice(2) as [ContestantName, string];
const image = decodeImage(await readFile(join(folder, IMAGE_FILE)));
const startContestant = await nodeContestants[contestant]();
// Before the model's files are read: whatever of them the contestant keeps counts as held for the model.
const bytesBefore = await javaScriptBytes();
const subject = createSubject({ readFiles: () => readModelFiles(readIfThere), image, startContestant });

const commands: Readonly<Record<Command, (subject: Subject) => Promise<unknown>>> = {
  start: ({ start }) => start(),
  run: ({ run }) => run(),
  output: ({ output }) => output(),
  memory: async (): Promise<HeldMemory> => ({
    webAssembly: subject.memoryBytes,
    javaScript: (await javaScriptBytes()) - bytesBefore,
  }),
};

process.on("disconnect", () => process.exit());
process.on("message", async (command: Command) => {
  const answer: Answer = await commands[command](subject).then(
    (value) => ({ value }),
    (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }),
  );
  process.send!(answer);
});

async function readIfThere(name: string): Promise<Uint8Array | undefined> {
  return readFile(join(folder, name)).catch(() => undefined);
}

/** The heap and the array buffers, WebAssembly memory left out, once everything unreachable is gone. */
async function javaScriptBytes(): Promise<number> {
  for (let round = 0; round < 5; round++) {
    // Anything less spares what V8 keeps of the sources it compiled, and lets go of it at some later time.
    globalThis.gc!({ type: "major", execution: "sync", flavor: "last-resort" });
    // Array buffers are freed in the background.
    await setTimeout(20);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
