import { type Manifest, type ModelList, modelIdSchema } from "@unpaired/core/contracts";
import { type Context, Hono } from "hono";
import { assertMayUse } from "../access/allow-models.ts";
import type { ModelVersions } from "../inference/model-versions.ts";
import { RegistryError } from "../model-registry/registry-error.ts";
import { entityTag, matchesEntityTag } from "../requests/etag.ts";
import type { AppEnv } from "./route.ts";

/** `GET /models` and `GET /models/:id`: manifests of the versions that serve, of those models that the caller may use. */
export function modelRoutes(versions: ModelVersions): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get("/", async (context) => {
      const caller = context.get("caller");
      const models = (await versions.manifests()).filter(({ id }) => caller.mayUse(id));
      const list: ModelList = { models };
      return revalidated(context, list);
    })
    .get("/:id", async (context) => {
      const id = modelIdSchema.safeParse(context.req.param("id")).data;
      if (id === undefined) {
        throw new RegistryError(
          "model_not_found",
          "No model has such an id; GET /models lists those that are published.",
        );
      }
      assertMayUse(context.get("caller"), id);
      return revalidated(context, await versions.manifest(id));
    });
}

// Published versions change at any time, so caches must ask; asking with the tag costs nothing.
async function revalidated(context: Context<AppEnv>, body: ModelList | Manifest): Promise<Response> {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const headers = { etag: await entityTag(bytes), "cache-control": "no-cache" };
  if (matchesEntityTag(context.req.header("if-none-match"), headers.etag)) {
    return context.body(null, 304, headers);
  }
  return context.body(bytes, 200, { ...headers, "content-type": "application/json" });
}
