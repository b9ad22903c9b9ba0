import type { MiddlewareHandler } from "hono";
import { RequestError } from "../problems/request-error.ts";
import type { AppEnv } from "../routes/route.ts";
import type { ApiKey } from "./api-keys.ts";
import { anyone, type Caller } from "./caller.ts";
import { findKey } from "./find-key.ts";
import { presentedKey } from "./presented-key.ts";

/**
 * Tells handlers who asks, and refuses who has no accepted key (401, RFC 6750 §3).
 *
 * @param keys accepted keys; undefined serves anybody
 */
export function authenticate(keys: readonly ApiKey[] | undefined): MiddlewareHandler<AppEnv> {
  return async (context, next) => {
    context.set("caller", keys === undefined ? anyone : await callerOf(context.req.raw.headers, keys));
    await next();
  };
}

async function callerOf(headers: Headers, keys: readonly ApiKey[]): Promise<Caller> {
  const presented = presentedKey(headers);
  if (presented === undefined) {
    throw unauthorized(
      "This needs an API key; send it as `authorization: Bearer …` or as `x-api-key`.",
      'Bearer realm="unpaired"',
    );
  }
  const key = presented === null ? undefined : await findKey(keys, presented);
  if (key === undefined) {
    throw unauthorized(
      "This API key is not accepted; check that it is whole and has not been withdrawn.",
      'Bearer realm="unpaired", error="invalid_token"',
    );
  }
  return key;
}

function unauthorized(message: string, challenge: string): RequestError {
  return new RequestError("unauthorized", message, { headers: { "www-authenticate": challenge } });
}
