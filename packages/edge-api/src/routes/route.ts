import type { Handler } from "hono";
import type { Caller } from "../access/caller.ts";

/** What every handler finds in its context. */
export interface AppEnv {
  readonly Variables: {
    requestId: string;
    /** Absent on paths that are answered without a key. */
    caller: Caller;
  };
}

export type Route = Handler<AppEnv>;
