import { setTimeout } from "node:timers/promises";
import type { ContestantName } from "../../contestants/contestant.ts";
import type { HeldMemory } from "../entrant.ts";
import { connectInspector, type Inspector } from "./inspector.ts";
import { parseAnswer, startWorker, workerName } from "./start-worker.ts";

/** Runs a model in a fresh isolate and asks V8 what it holds then, above what it held before. */
export async function measureMemory(contestant: ContestantName, folder: string): Promise<HeldMemory> {
  const { miniflare, ask } = await startWorker(contestant, folder, { inspected: true });
  try {
    const base = await miniflare.getInspectorURL();
    const inspector = await connectInspector(new URL(`/core:user:${workerName(contestant)}`, base));
    const order = (method: string) => sendWhileServing(inspector, method, () => ask("memory"));
    const javaScriptBytes = async () => {
      await order("HeapProfiler.collectGarbage");
      const usage = await order("Runtime.getHeapUsage");
      // V8 keeps array buffers apart from its heap, and WebAssembly memory out of both.
      return Number(usage.usedSize) + Number(usage.backingStorageSize);
    };
    try {
      await order("HeapProfiler.enable");
      const before = await javaScriptBytes();
      await ask("start");
      // Taken, the output is nothing the model holds.
      await ask("output");
      const after = await javaScriptBytes();
      const { webAssembly } = parseAnswer<{ webAssembly: number }>(await ask("memory"));
      return { webAssembly, javaScript: after - before };
    } finally {
      inspector.close();
    }
  } finally {
    await miniflare.dispose();
  }
}

/**
 * Sends an order to an isolate that answers the inspector only while it serves a request: requests follow until one of
 * them is under way when the order arrives.
 */
async function sendWhileServing(
  inspector: Inspector,
  method: string,
  request: () => Promise<unknown>,
): Promise<Readonly<Record<string, unknown>>> {
  let answered = false;
  const reply = inspector.send(method).finally(() => {
    answered = true;
  });
  for (let tries = 0; !answered; tries++) {
    if (tries === MOST_TRIES) throw new Error(`workerd does not answer the inspector's ${method}.`);
    await request();
    await Promise.race([reply, setTimeout(PAUSE_MS)]);
  }
  return reply;
}

const MOST_TRIES = 500;
const PAUSE_MS = 20;
