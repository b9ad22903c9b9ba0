import { setTimeout } from "node:timers/promises";
import type { ContestantName } from "../../contestants/contestant.ts";
import type { HeldMemory } from "../entrant.ts";
import { connectInspector, type Inspector } from "./inspector.ts";
import { startWorker, workerName } from "./start-worker.ts";

/** Runs a model twice in a fresh isolate and asks V8 what it holds then, above what it held before. */
export async function measureMemory(contestant: ContestantName, folder: string): Promise<HeldMemory> {
  const { miniflare, ask } = await startWorker(contestant, folder, { inspected: true });
  try {
    const base = await miniflare.getInspectorURL();
    const inspector = await connectInspector(new URL(`/core:user:${workerName(contestant)}`, base));
    const javaScriptBytes = async () => {
      await collectGarbage(inspector, () => ask("memory"));
      const usage = await inspector.send("Runtime.getHeapUsage");
      // V8 keeps array buffers apart from its heap, and WebAssembly memory out of both.
      return Number(usage.usedSize) + Number(usage.backingStorageSize);
    };
    try {
      await inspector.send("HeapProfiler.enable");
      const before = await javaScriptBytes();
      await ask("start");
      await ask("run");
      const after = await javaScriptBytes();
      const { webAssembly } = (await (await ask("memory")).json()) as { webAssembly: number };
      return { webAssembly, javaScript: after - before };
    } finally {
      inspector.close();
    }
  } finally {
    await miniflare.dispose();
  }
}

/**
 * Collects garbage in an isolate that answers the inspector only while it serves a request: requests follow until one of
 * them is under way when the order arrives.
 */
async function collectGarbage(inspector: Inspector, request: () => Promise<unknown>): Promise<void> {
  let collected = false;
  const reply = inspector.send("HeapProfiler.collectGarbage").then(() => {
    collected = true;
  });
  for (let tries = 0; !collected; tries++) {
    if (tries === MOST_TRIES)
      throw new Error("workerd does not collect its garbage when the inspector asks.");
    await request();
    await Promise.race([reply, setTimeout(PAUSE_MS)]);
  }
}

const MOST_TRIES = 500;
const PAUSE_MS = 20;
