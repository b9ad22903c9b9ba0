/** Program of the process that looks for an adapter: writes what it found as one line of JSON. */
import { openAdapter, openDevice } from "./adapter.ts";
import type { WebgpuDetection } from "./detect.ts";

async function probe(): Promise<WebgpuDetection> {
  try {
    const { adapter, description, software } = await openAdapter();
    const device = await openDevice(adapter);
    device.destroy();
    return { available: true, description, software };
  } catch (error) {
    return { available: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

process.stdout.write(`${JSON.stringify(await probe())}\n`);
