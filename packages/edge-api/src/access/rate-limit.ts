import type { MiddlewareHandler } from "hono";
import { RequestError } from "../problems/request-error.ts";
import type { AppEnv } from "../routes/route.ts";
import { anyone } from "./caller.ts";
import { clientAddress } from "./client-address.ts";

/** The part of the Workers rate-limiting binding that is used. */
export interface RateLimiter {
  limit(options: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

/**
 * Counts a request against its key, or against its address where the service is open, and refuses what is too much
 * (429). A limiter that fails lets requests through: it must not take the service down with it.
 */
export function limitRate(limiter: RateLimiter): MiddlewareHandler<AppEnv> {
  return async (context, next) => {
    const { keyId } = context.get("caller");
    const key =
      keyId === undefined ? `address:${clientAddress(context.req.raw.headers) ?? "unknown"}` : `key:${keyId}`;
    if (!(await isWithinLimit(limiter, key, context.get("requestId")))) {
      throw new RequestError(
        "rate_limited",
        keyId === undefined
          ? "Too many requests come from this address; wait as long as retry-after says."
          : `Too many requests come with the API key "${keyId}"; wait as long as retry-after says.`,
      );
    }
    await next();
  };
}

/** Counts what participants of studies write, who have no key, against their address. */
export function limitParticipants(limiter: RateLimiter): MiddlewareHandler<AppEnv> {
  const limit = limitRate(limiter);
  return (context, next) => {
    context.set("caller", anyone);
    return limit(context, next);
  };
}

async function isWithinLimit(limiter: RateLimiter, key: string, requestId: string): Promise<boolean> {
  try {
    return (await limiter.limit({ key })).success;
  } catch (error) {
    console.error(requestId, "The rate limiter failed.", error);
    return true;
  }
}
