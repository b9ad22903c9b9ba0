import type { ContestantName } from "../../contestants/contestant.ts";
import type { HeldMemory } from "../entrant.ts";
import { connectInspector } from "./inspector.ts";
import { startWorker, workerName } from "./start-worker.ts";

/** Runs a model twice in a fresh isolate and asks V8 what it holds then, above what it held before. */
export async function measureMemory(contestant: ContestantName, folder: string): Promise<HeldMemory> {
  const { miniflare, ask } = await startWorker(contestant, folder, { inspected: true });
  try {
    const base = await miniflare.getInspectorURL();
    const inspector = await connectInspector(new URL(`/core:user:${workerName(contestant)}`, base));
    const javaScriptBytes = async () => {
      // An idle isolate does not answer this; it does so beside its next request.
      const collected = inspector.send("HeapProfiler.collectGarbage");
      await ask("memory");
      await collected;
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
