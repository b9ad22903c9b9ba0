import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Bytes that are really held, asked of the JavaScript engine and not of the service's own accounts. */
export interface LiveMemory {
  /** WebAssembly memories and buffers alive after a garbage collection, beyond those there at the beginning. */
  bytes(): number;
  /** Most of them at any time a WebAssembly memory had just grown, of a model or of a codec. */
  peakBytes(): number;
  restore(): void;
}

/** Watches the memory of this process from now on. */
export function watchLiveMemory(): LiveMemory {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  // V8 counts WebAssembly memories and buffers alike as external.
  const external = () => {
    // What the first collection finds is given back, and no longer counted, by the second.
    collectGarbage();
    collectGarbage();
    return process.memoryUsage().external;
  };
  const before = external();
  const { grow } = WebAssembly.Memory.prototype;
  let peak = 0;
  WebAssembly.Memory.prototype.grow = function (pages) {
    const pagesBefore = grow.call(this, pages);
    peak = Math.max(peak, external() - before);
    return pagesBefore;
  };
  return {
    bytes: () => external() - before,
    peakBytes: () => peak,
    restore() {
      WebAssembly.Memory.prototype.grow = grow;
    },
  };
}
