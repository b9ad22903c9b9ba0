import type { Health } from "@unpaired/core/contracts";
import type { ModelVersions } from "../inference/model-versions.ts";
import type { Route } from "./route.ts";

/** `GET /health`: alive, whether the registry can be reached, and which published versions cannot be used. */
export function healthRoute(versions: ModelVersions, about: Pick<Health, "build" | "engine">): Route {
  return async (context) => {
    const broken = await versions.broken().catch(() => undefined);
    const health: Health = {
      status: broken?.length === 0 ? "ok" : "degraded",
      ...about,
      ...(broken && broken.length > 0 && { broken }),
    };
    return context.json(health, 200, { "cache-control": "no-store" });
  };
}
