import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Bytes that are really held, asked of the JavaScript engine and not of the service's own accounts. */
export interface LiveMemory {
  /** WebAssembly memories and buffers alive after a garbage collection, beyond those there at the beginning. */
  bytes(): number;
  /** Most of them whenever a WebAssembly memory had just been made or grown, or pixels were about to be inflated. */
  peakBytes(): number;
  restore(): void;
}

/** Growth below this is not looked at: every look collects garbage. */
const LOOK_BYTES = 2 ** 20;

/**
 * Watches the memory of this process from now on.
 *
 * @param atInflating whether to look, which takes its time, before pixels are inflated, too
 */
export function watchLiveMemory({ atInflating = false }: { atInflating?: boolean } = {}): LiveMemory {
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
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, external() - before);
  };
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function (pages) {
    const pagesBefore = grow.call(this, pages);
    look();
    return pagesBefore;
  };
  // A module that grows its own memory is seen to have done so when it returns.
  const { Instance, instantiate } = WebAssembly;
  WebAssembly.Instance = new Proxy(Instance, {
    construct: (target, args) => watched(Reflect.construct(target, args) as WebAssembly.Instance, look),
  });
  WebAssembly.instantiate = (async (module: WebAssembly.Module, imports: WebAssembly.Imports) =>
    watched(await instantiate(module, imports), look)) as typeof instantiate;
  const Inflater = globalThis.DecompressionStream;
  globalThis.DecompressionStream = new Proxy(Inflater, {
    construct(target, args) {
      if (atInflating) look();
      return Reflect.construct(target, args);
    },
  });
  return {
    bytes: () => external() - before,
    peakBytes: () => peak,
    restore() {
      WebAssembly.Memory.prototype.grow = grow;
      WebAssembly.Instance = Instance;
      WebAssembly.instantiate = instantiate;
      globalThis.DecompressionStream = Inflater;
    },
  };
}

/** The instance with exports that tell when its memory has grown. */
function watched(instance: WebAssembly.Instance, onGrowth: () => void): WebAssembly.Instance {
  const memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
  if (!memory) return instance;
  let bytes = 0;
  const lookIfGrown = () => {
    if (memory.buffer.byteLength < bytes + LOOK_BYTES) return;
    bytes = memory.buffer.byteLength;
    onGrowth();
  };
  const telling = (value: WebAssembly.ExportValue) => {
    if (typeof value !== "function") return value;
    return (...args: readonly unknown[]) => {
      const result: unknown = value(...args);
      lookIfGrown();
      return result;
    };
  };
  lookIfGrown();
  const entries = Object.entries(instance.exports).map(([name, value]) => [name, telling(value)] as const);
  return { exports: Object.fromEntries(entries) } as WebAssembly.Instance;
}
