import type { ImageTensor } from "../../src/session-types.ts";
import type { ContestantName } from "../contestants/contestant.ts";

/** Where contestants can run. */
export const runtimeNames = ["node", "workerd"] as const;

/** Name of a runtime. */
export type RuntimeName = (typeof runtimeNames)[number];

/** What a contestant holds after a run, in bytes. */
export interface HeldMemory {
  /** WebAssembly memory, as the contestant tells it. */
  readonly webAssembly: number;
  /** JavaScript's heap and array buffers, after a collection, above what they were before the model was read. */
  readonly javaScript: number;
}

/** One contestant with one model in a process of its own. */
export interface Entrant {
  /** Loads the model and runs it once: milliseconds from published bytes to the first output. */
  start(): Promise<number>;
  /** Milliseconds of one run, by the clock beside the contestant. */
  run(): Promise<number>;
  output(): Promise<ImageTensor>;
  memory(): Promise<HeldMemory>;
  close(): Promise<void>;
}

/** Starts a process for one contestant and the model in a folder that `writeModelFiles` wrote. */
export type Enter = (contestant: ContestantName, folder: string) => Promise<Entrant>;
