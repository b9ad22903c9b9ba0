import type { Context } from "hono";
import type { AppEnv } from "../routes/route.ts";

/** Has the runtime finish `work` even when the caller hangs up. */
export function keepAlive<Result>(context: Context<AppEnv>, work: Promise<Result>): Promise<Result> {
  const settled = work.then(
    () => {},
    () => {},
  );
  try {
    context.executionCtx.waitUntil(settled);
  } catch {
    // Outside a Workers runtime there is no such context, and nothing drops the work either.
  }
  return work;
}
