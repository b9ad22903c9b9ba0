import { fileURLToPath } from "node:url";
import { standardError } from "@unpaired/trainer";
import { runQuickstart } from "./run-quickstart.ts";

// Installed before the server starts: its runtime would otherwise end the process by itself.
const interruption = new AbortController();
process.once("SIGINT", () => interruption.abort());

const result = await runQuickstart({
  machine: { backend: "auto" },
  context: {
    directory: fileURLToPath(new URL("../..", import.meta.url)),
    signal: interruption.signal,
    now: () => new Date(),
    print: (text) => console.log(text),
    warn: (text) => console.error(text),
    progress: standardError,
  },
}).catch((error: unknown) => {
  if (error !== interruption.signal.reason) throw error;
});
if (!result) console.error("Interrupted; `pnpm start` begins anew, the data it drew is kept.");
// The Workers runtime may leave a handle behind; everything of ours is closed.
process.exit(result ? 0 : 130);
