import { type Manifest, type ModelList, modelIdSchema, versionIdSchema } from "@unpaired/core/contracts";
import { type Context, Hono } from "hono";
import { assertMayUse } from "../access/allow-models.ts";
import type { ModelVersions } from "../inference/model-versions.ts";
import type { ModelRegistry } from "../model-registry/model-registry.ts";
import { RegistryError } from "../model-registry/registry-error.ts";
import { entityTag, matchesEntityTag } from "../requests/etag.ts";
import type { AppEnv } from "./route.ts";

/**
 * `GET /models` and `GET /models/:id`: manifests of the versions that serve, or of the one asked for, of those models that
 * the caller may use. `GET /models/:id/versions/:version/files/:sha256`: one file of a model. Files are named through their
 * model although the bucket knows them by their hash alone: so a caller's models say at once which files it may read.
 */
export function modelRoutes(versions: ModelVersions, registry: ModelRegistry): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get("/", async (context) => {
      const caller = context.get("caller");
      const models = (await versions.manifests()).filter(({ id }) => caller.mayUse(id));
      const list: ModelList = { models };
      return revalidated(context, list);
    })
    .get("/:id", async (context) => {
      const id = allowedId(context);
      const asked = context.req.query("version");
      const manifest =
        asked === undefined ? versions.manifest(id) : registry.manifest(id, versionOf(id, asked));
      return revalidated(context, await manifest);
    })
    .get("/:id/versions/:version/files/:sha256", async (context) => {
      const id = allowedId(context);
      const manifest = await registry.manifest(id, versionOf(id, context.req.param("version")));
      return fileOf(manifest, context, registry);
    });
}

function allowedId(context: Context<AppEnv>): string {
  const id = modelIdSchema.safeParse(context.req.param("id")).data;
  if (id === undefined) {
    throw new RegistryError(
      "model_not_found",
      "No model has such an id; GET /models lists those that are published.",
    );
  }
  assertMayUse(context.get("caller"), id);
  return id;
}

function versionOf(id: string, asked: string): string {
  const version = versionIdSchema.safeParse(asked).data;
  if (version !== undefined) return version;
  throw new RegistryError(
    "model_not_found",
    `Model "${id}" has no such version; leave it out for the latest.`,
  );
}

async function fileOf(
  { id, version, files }: Manifest,
  context: Context<AppEnv>,
  registry: ModelRegistry,
): Promise<Response> {
  const sha256 = context.req.param("sha256");
  const file = [files.model, ...files.weights].find((candidate) => candidate.sha256 === sha256);
  if (file === undefined) {
    throw new RegistryError(
      "model_not_found",
      `Model "${id}" ${version} has no such file; GET /models/${id}?version=${version} lists them.`,
    );
  }
  const isOpen = context.get("caller").keyId === undefined;
  const headers = {
    etag: `"${sha256}"`,
    "cache-control": `${isOpen ? "public" : "private"}, max-age=31536000, immutable`,
  };
  if (matchesEntityTag(context.req.header("if-none-match"), headers.etag)) {
    return context.body(null, 304, headers);
  }
  const type = file === files.model ? "application/json" : "application/octet-stream";
  const whole = { ...headers, "content-type": type, "content-length": String(file.bytes) };
  const body = await registry.open(file);
  if (context.req.raw.method !== "HEAD") return context.body(body as ReadableStream, 200, whole);
  await body.cancel();
  return context.body(null, 200, whole);
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
