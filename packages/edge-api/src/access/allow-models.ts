import type { MiddlewareHandler } from "hono";
import { RequestError } from "../problems/request-error.ts";
import type { AppEnv } from "../routes/route.ts";
import type { Caller } from "./caller.ts";

/**
 * Refuses a query that names a model the caller's key is not for. The registry is not asked, so that the answer is the
 * same whether such a model exists or not.
 */
export function allowQueriedModels(): MiddlewareHandler<AppEnv> {
  return async (context, next) => {
    // Read as the handlers read it: what two parsers see differently would be a way around.
    for (const model of new URL(context.req.url).searchParams.getAll("model")) {
      assertMayUse(context.get("caller"), model);
    }
    await next();
  };
}

/** @throws RequestError `forbidden` */
export function assertMayUse(caller: Caller, modelId: string): void {
  if (caller.mayUse(modelId)) return;
  throw new RequestError(
    "forbidden",
    "This API key is not for the model asked for; GET /models lists those it is for.",
  );
}
