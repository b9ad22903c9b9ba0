import { BusyError } from "./busy-error.ts";
import type { IsolateMemory, MemoryHolder } from "./isolate-memory.ts";

/** Most bytes of all uploads together: the largest one as a form, which is there three times while it is taken apart. */
const MOST_BYTES = 64_000_000;
/** An upload that has neither grown nor ended by then died with its request. */
const ABANDONED_MS = 240_000;

/** One request's upload, from its first byte until its answer is made. */
export interface Upload {
  /**
   * Says how many bytes it takes from now on.
   *
   * @throws BusyError `model_unavailable` when all uploads together would take too many
   */
  hold(bytes: number): void;
  end(): void;
}

/** Accounts for the uploads of all requests of an isolate, those that are worked on and those that wait. */
export interface Uploads extends MemoryHolder {
  begin(): Upload;
}

/** Uploads as a holder of memory that lets go of nothing: each ends with its request. */
export function createUploads({
  memory,
  mostBytes = MOST_BYTES,
  nowMs,
}: {
  readonly memory: IsolateMemory;
  readonly mostBytes?: number;
  readonly nowMs: () => number;
}): Uploads {
  const held = new Map<symbol, { readonly bytes: number; readonly sinceMs: number }>();

  function heldBytes(): number {
    let sum = 0;
    for (const { bytes } of held.values()) sum += bytes;
    return sum;
  }

  function forgetAbandoned(): void {
    for (const [upload, { sinceMs }] of held) {
      if (nowMs() - sinceMs > ABANDONED_MS) held.delete(upload);
    }
  }

  const uploads: Uploads = {
    begin() {
      forgetAbandoned();
      const mine = Symbol("upload");
      return {
        hold(bytes) {
          const growth = bytes - (held.get(mine)?.bytes ?? 0);
          if (growth > 0 && (heldBytes() + growth > mostBytes || !memory.makeRoom(() => growth))) {
            throw new BusyError(
              "The images of other requests fill this service's memory; try again shortly.",
            );
          }
          held.set(mine, { bytes, sinceMs: nowMs() });
        },
        end: () => void held.delete(mine),
      };
    },
    heldBytes,
    releaseOne: () => false,
  };
  memory.add(uploads);
  return uploads;
}
