import type { Kernels } from "../../runtime/kernels.ts";
import { GUARD_IMPORT, guardModule, type Touch } from "./guard-module.ts";
import { VALUE_TYPES } from "./instructions.ts";
import { type Region, regionsOf } from "./regions.ts";

/** Kernels whose every load and store is held against what the call may touch. */
export interface GuardedKernels {
  readonly kernels: Kernels;
  /** Loads and stores checked so far. */
  accesses(): number;
  /** Calls checked so far, by kernel. */
  readonly calls: ReadonlyMap<string, number>;
}

/** A load or store outside what a kernel may touch, or a call that asks for it. */
export class MemoryFault extends Error {
  override readonly name = "MemoryFault";
}

interface WasmApi {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<{ readonly exports: unknown }>;
}
const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: WasmApi };

/** What a call may touch, from its arguments. */
export type Promises = typeof regionsOf;

/** Makes instances of one guarded build, each with a memory of its own, that are held to what their kernels promise. */
export async function guardBuild(
  binary: Uint8Array,
  promises: Promises = regionsOf,
): Promise<() => Promise<GuardedKernels>> {
  const { binary: guardedBinary, parameters } = guardModule(binary);
  const module = await wasm.compile(guardedBinary);
  return async () => {
    let running = "";
    let allowed: readonly Region[] = [];
    let accesses = 0;
    const calls = new Map<string, number>();
    const touch: Touch = (address, offset, byteCount, writes) => {
      accesses++;
      const begin = (address >>> 0) + (offset >>> 0);
      const bytes = byteCount >>> 0;
      if (bytes === 0) return address;
      for (const region of allowed) {
        const permitted = writes ? region.writes : region.reads;
        if (permitted && begin >= region.address && begin + bytes <= region.address + region.bytes)
          return address;
      }
      throw new MemoryFault(
        `${running} ${writes ? "writes" : "reads"} ${bytes} bytes at ${begin}, outside ${describe(allowed)}.`,
      );
    };
    const { exports } = await wasm.instantiate(module, {
      [GUARD_IMPORT.module]: { [GUARD_IMPORT.name]: touch },
    });
    const bare = exports as Kernels;
    const guarded: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(bare)) {
      const isSize = name.endsWith("Bytes");
      if (typeof value !== "function") guarded[name] = value;
      else
        guarded[name] = (...args: number[]) => {
          assertArguments(name, args, parameters.get(name)!);
          running = `${name}(${args.join(", ")})`;
          if (!isSize) calls.set(name, (calls.get(name) ?? 0) + 1);
          allowed = isSize ? [] : promises(name, args, bare);
          for (const region of allowed) assertRegion(running, region, bare.memory.buffer.byteLength);
          const result = (value as (...args: readonly number[]) => number | undefined)(...args);
          if (isSize && !(result! >= 0)) throw new MemoryFault(`${running} is ${result}.`);
          return result;
        };
    }
    return { kernels: guarded as unknown as Kernels, accesses: () => accesses, calls };
  };
}

/** WebAssembly takes a missing argument for 0 and cuts others to 32 bits; a planner that relies on it is wrong. */
function assertArguments(kernel: string, args: readonly number[], types: readonly number[]): void {
  const fit =
    args.length === types.length &&
    args.every((value, index) =>
      types[index] === VALUE_TYPES.i32
        ? Number.isInteger(value) && Math.abs(value) < 2 ** 31
        : Number.isFinite(Math.fround(value)),
    );
  if (!fit) throw new MemoryFault(`${kernel}(${args.join(", ")}) does not have the arguments it takes.`);
}

function assertRegion(call: string, { role, address, bytes }: Region, memoryBytes: number): void {
  const fits =
    Number.isSafeInteger(address) &&
    address > 0 &&
    address % 4 === 0 &&
    bytes >= 0 &&
    address + bytes <= memoryBytes;
  if (!fits) {
    throw new MemoryFault(
      `${call}: ${role} at ${address}, ${bytes} bytes long, does not lie in ${memoryBytes} bytes of memory.`,
    );
  }
}

function describe(regions: readonly Region[]): string {
  return regions.map(({ role, address, bytes }) => `${role} [${address}, ${address + bytes})`).join(", ");
}
