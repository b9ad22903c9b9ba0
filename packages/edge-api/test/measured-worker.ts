import { isolateMemory } from "../src/inference/isolate-memory.ts";
import service from "../src/worker.ts";

type Fetch = typeof service.fetch;

/** The Worker as it is deployed, and at one more path what its isolate accounts for. */
// biome-ignore lint/style/noDefaultExport: what workerd calls
export default {
  fetch(...[request, env, context]: Parameters<Fetch>): ReturnType<Fetch> {
    if (new URL(request.url).pathname === "/isolate-memory") {
      // Garbage waits for as long as there is room, and would look like a leak.
      (globalThis as { gc?: () => void }).gc?.();
      return Response.json({ heldBytes: isolateMemory.heldBytes(), peakBytes: isolateMemory.peakBytes() });
    }
    return service.fetch(request, env, context);
  },
};
