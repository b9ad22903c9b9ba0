import type { Handler } from "hono";

/** What every handler finds in its context. */
export interface AppEnv {
  readonly Variables: { requestId: string };
}

export type Route = Handler<AppEnv>;
