import type { Health } from "@unpaired/core/contracts";
import { registryKeys } from "@unpaired/core/contracts";
import type { RegistryBucket } from "../model-registry/bucket.ts";
import type { Route } from "./route.ts";

/** `GET /health`: alive, and whether the registry can be reached. */
export function healthRoute(bucket: RegistryBucket, about: Omit<Health, "status">): Route {
  return async (context) => {
    const isReachable = await bucket.list({ prefix: registryKeys.models, limit: 1 }).then(
      () => true,
      () => false,
    );
    const health: Health = { status: isReachable ? "ok" : "degraded", ...about };
    return context.json(health, 200, { "cache-control": "no-store" });
  };
}
